import { mount } from '../index.ts';
import { defineElement, type MicroappEmbedElement } from './define-element.ts';

// For pages that bundle: importing this makes <microapp-embed> an element, whose attribute `base-url` says where Microapp is.

export type { MicroappEmbedElement } from './define-element.ts';

declare global {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be added to
  interface HTMLElementTagNameMap {
    'microapp-embed': MicroappEmbedElement;
  }
}

// A server that renders the page has no elements; the browser makes them what they are.
if (typeof customElements === 'object') {
  // An address that is missing is one that no request reaches, which the widget then says.
  defineElement((options) => mount({ baseUrl: '', ...options }));
}
