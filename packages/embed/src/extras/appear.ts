import type { MountOptions } from '../options.ts';

/**
 * Shows the panel that nobody has asked for: beside the page, and without taking the focus, which the dialog's own `show` would
 * do; a modal one has to take it. A floating one that would cover a phone's whole page waits for somebody to ask.
 */
export function appear(dialog: HTMLDialogElement, { mode, onOpen }: MountOptions, root: HTMLElement): void {
  // A modal one opens in a document only.
  if (dialog.open || !root.isConnected || (mode !== 'modal' && window.innerWidth <= 480)) return;
  if (mode === 'modal') dialog.showModal();
  else dialog.setAttribute('open', '');
  const launcher = root.shadowRoot?.querySelector('[aria-expanded]');
  launcher?.setAttribute('aria-expanded', 'true');
  root.dispatchEvent(new CustomEvent('open'));
  // What the page does in there is the page's.
  queueMicrotask(() => onOpen?.(undefined));
}
