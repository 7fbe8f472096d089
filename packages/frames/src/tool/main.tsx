import { connectToHost, type HostLink } from '@microapp/embed/frame';
import { render } from 'preact';
import { browserClock } from '../browser-clock.ts';
import { attestedParentOrigin, takeUrlCredential } from '../session/url-credential.ts';
import { appearanceOf } from '../ui/appearance.ts';
import { sizeReporter } from '../ui/report-size.ts';
import '../ui/styles.css';
import { Frame } from './frame.tsx';
import { startFrame, type FrameState } from './start.ts';

// Before anything else: as long as it stands in the address, whatever reads the address reads it.
const urlCredential = takeUrlCredential(window);

const root = document.querySelector<HTMLElement>('#microapp-frame');
if (root !== null) start(root);

/** The only place that touches the window: wires the frame to the document, the host and the network. */
function start(root: HTMLElement): void {
  // Before the host has answered there is nobody to send to.
  const connection: { link?: HostLink | undefined } = {};
  const send: HostLink['send'] = (message) => connection.link?.send(message);
  const reportSize = sizeReporter(send);
  // For the developer of the page around: whoever looks at its console sees ours, too.
  const applyAppearance = appearanceOf(document, (hint) => {
    window.console.warn('Microapp:', hint);
    send({ type: 'MICROAPP_EVENT', name: 'theme-hint', detail: hint });
  });
  const show = (state: FrameState) => {
    applyAppearance(state.config);
    render(<Frame {...state} />, root);
    reportSize(root);
  };

  const { slug, surfaceId } = root.dataset as { slug?: string; surfaceId?: string };
  connection.link = startFrame(
    {
      connect: connectToHost,
      fetch: (path, init) => fetch(path, init),
      clock: browserClock,
      isOnline: () => navigator.onLine,
      onWake,
      isEmbedded: parent !== window,
      urlCredential,
      parentOrigin: attestedParentOrigin(window),
      reload: () => location.reload(),
    },
    { slug, surfaceId, title: document.title },
    show,
  );

  // The order to open comes as soon as the frame answers, which is before there is a form to stand in.
  let awaitsField = false;
  // A frame that was hidden until now is not drawn yet, and nothing in it can take the focus; a drawn one is asked to draw.
  const takeFocus = () => {
    awaitsField = !focusFirst(root);
    if (document.activeElement === document.body) requestAnimationFrame(takeFocus);
  };
  connection.link?.on('MICROAPP_OPEN', takeFocus);
  new ResizeObserver(() => {
    reportSize(root);
    if (awaitsField && document.activeElement === root) awaitsField = !focusFirst(root);
  }).observe(root);
  // The keyboard of a phone takes half of the screen, and the host gives it up in the frame's height.
  addEventListener('resize', () => {
    const focused = document.activeElement;
    if (focused?.matches('input, select, textarea')) focused.scrollIntoView({ block: 'nearest' });
  });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) send({ type: 'MICROAPP_CLOSE' });
  });
  // A page from the back-forward cache has lost its port: only a new document can shake hands again. One that has its
  // token from its address has no port to lose, and would lose the token.
  addEventListener('pageshow', (event) => {
    if (event.persisted && urlCredential === undefined) location.reload();
  });
}

function onWake(task: () => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  addEventListener('online', task, { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && task(), { signal });
  return () => listening.abort();
}

/**
 * Focuses the first field, or the tab that is chosen, for a keyboard, and says whether there was one; until there is, and on a phone, where a field
 * would call up the screen keyboard, the content as a whole.
 */
function focusFirst(root: HTMLElement): boolean {
  const isTouch = matchMedia('(pointer: coarse)').matches;
  const field = isTouch
    ? null
    : root.querySelector<HTMLElement>('input, select, textarea, button:not([tabindex="-1"])');
  if (field === null) root.tabIndex = -1;
  (field ?? root).focus();
  return isTouch || field !== null;
}
