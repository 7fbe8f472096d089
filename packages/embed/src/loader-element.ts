import './loader.ts';
import { defineElement } from './element/define-element.ts';
import type { Handle, MountOptions } from './options.ts';

// The first script of pages that write <microapp-embed>: the loader, with the element. Where another loader has run before, the
// widgets of both are one family, whose `mount` is the one that stands in the page.

const page = window as unknown as { MicroappWidget: { mount: (options: MountOptions) => Handle } };
defineElement(page.MicroappWidget.mount);
