import { element } from './element.ts';

const sandbox =
  'allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox';

/** CSS pixels, until the frame says how tall its content is. */
const heightAtFirst = '360';

/** A frame that may do what a widget needs, and tells the address in it nothing about the page. `onload`: of any document. */
export function createFrame(url: string, onload: () => void): HTMLIFrameElement {
  return element('iframe', {
    // A token list, which takes a text.
    sandbox: sandbox as never,
    allow: 'clipboard-write',
    referrerPolicy: 'no-referrer',
    title: 'Microapp',
    height: heightAtFirst,
    src: url,
    onload,
  });
}
