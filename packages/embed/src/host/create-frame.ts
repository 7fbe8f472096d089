const sandbox =
  'allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox';

/** CSS pixels, until the frame says how tall its content is. */
const heightAtFirst = '360';

/** A frame that may do what a widget needs, and tells the address in it nothing about the page. */
export function createFrame(url: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.sandbox = sandbox;
  frame.allow = 'clipboard-write';
  frame.referrerPolicy = 'no-referrer';
  frame.title = 'Microapp';
  frame.height = heightAtFirst;
  frame.src = url;
  return frame;
}
