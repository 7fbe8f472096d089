import type { MountOptions } from '../options.ts';

/** Whether a switch is on; as an attribute it may be without a value. */
export function isOn(value: boolean | string | undefined): boolean {
  return value === true || value === '' || value === 'true';
}

/**
 * Shows the panel that nobody has asked for: beside the page, and without taking the focus, which the dialog's own `show` would
 * do; a modal one has to take it. A floating one that would cover a phone's whole page waits for somebody to ask.
 */
export function appear(dialog: HTMLDialogElement, { mode, onOpen }: MountOptions, root: HTMLElement): void {
  if (dialog.open || (mode !== 'modal' && window.innerWidth <= 480)) return;
  if (mode === 'modal') dialog.showModal();
  else dialog.setAttribute('open', '');
  const launcher = root.shadowRoot?.querySelector('[aria-expanded]');
  launcher?.setAttribute('aria-expanded', 'true');
  root.dispatchEvent(new CustomEvent('open'));
  onOpen?.(undefined);
}
