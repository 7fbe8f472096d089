import type { Widget } from '../widget.ts';
import { element } from './element.ts';
import { panelStyle } from './panel-style.ts';

/** Where the frame stands, or what went wrong with it. */
export type Panel = {
  /** Undefined for an inline widget, which is always open. */
  dialog: HTMLDialogElement | undefined;
  /** What stands there at first. */
  placeholder: HTMLElement;
  /** Replaces what stands there. */
  show: (content: HTMLElement) => void;
};

/** A dialog in the root, over the whole screen on phones, closed by Escape; for an inline widget the root itself. */
export function createPanel({ mode, shadow, launcher, options }: Widget, onClose: () => void): Panel {
  const dialog = mode === 'inline' ? undefined : element('dialog', { className: mode, ariaLabel: launcher.ariaLabel });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(panelStyle);
  shadow.adoptedStyleSheets.push(sheet);

  if (dialog) {
    const close = button('✕', () => dialog.close());
    close.ariaLabel = options.texts?.['close'] ?? 'Close';
    dialog.append(close);
    shadow.append(dialog);
    // However it was closed: by us, by Escape, by a phone's back gesture.
    dialog.addEventListener('close', () => {
      launcher.ariaExpanded = `${dialog.open}`;
      onClose();
    });
    // By itself Escape closes a modal dialog only.
    shadow.addEventListener('keydown', (event) => (event as KeyboardEvent).key === 'Escape' && dialog.close());
  }

  const placeholder = element('p');
  let shown: HTMLElement = placeholder;
  (dialog ?? shadow).append(shown);
  return {
    dialog,
    placeholder,
    show(content) {
      shown.replaceWith(content);
      shown = content;
    },
  };
}

/** A paragraph that says what went wrong, with a button to try again. */
export function failureNotice(text: string, again: string, retry: () => void): HTMLElement {
  const notice = element('p', { role: 'alert' });
  notice.append(text, button(again, retry));
  return notice;
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  return element('button', { textContent: text, onclick: onClick });
}
