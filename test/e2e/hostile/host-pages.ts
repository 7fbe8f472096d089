import type { Frame, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { PageParts } from '../stage/sites.ts';

/** An inline widget on a page, which writes down what the widget tells it: callbacks by name, as `told`. */
export function listeningPage(base: string, options: Readonly<Record<string, unknown>>): PageParts {
  return {
    base,
    body: `<div id="place"></div><script src="${base}/microapp-widget.js"></script>`,
    script: `
      globalThis.told = [];
      const options = ${JSON.stringify({ toolSlug: 'loan-calculator', mode: 'inline', target: '#place', ...options })};
      for (const name of ['onReady', 'onAuthOk', 'onAuthErr', 'onRunStart', 'onRunSuccess', 'onRunError', 'onClose']) {
        options[name] = () => told.push(name);
      }
      globalThis.widget = MicroappWidget.mount(options);`,
  };
}

/** What the widget of a `listeningPage` tells when a visitor runs its tool once and all goes well. */
export const toldOfOneRun = ['onReady', 'onAuthOk', 'onRunStart', 'onRunSuccess'];

export function toldTo(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { told: string[] }).told);
}

/**
 * A host that is written by hand: its frame stands in the open, where every other window can get at it, and no shadow
 * root is in the way. It sends INIT when it is told to `admit()`, and not before READY.
 */
export function openHost(base: string, token: string): PageParts {
  const init = { type: 'MICROAPP_EMBED_INIT', slug: 'loan-calculator', token };
  return {
    base,
    body: '<iframe id="ours"></iframe>',
    script: `
      const ours = document.getElementById('ours');
      const ready = new Promise((resolve) => {
        addEventListener('message', ({ source, origin, data }) => {
          if (source !== ours.contentWindow || origin !== ${JSON.stringify(base)}) return;
          if (data?.type === 'MICROAPP_EMBED_READY') resolve();
        });
      });
      globalThis.admit = () => ready.then(() => ours.contentWindow.postMessage(${JSON.stringify(init)}, ${JSON.stringify(base)}));
      ours.src = ${JSON.stringify(`${base}/embed/apps/loan-calculator`)};`,
  };
}

/** The frame that comes from an address that begins like this; waits for it. */
export async function frameAt(page: Page, address: string): Promise<Frame> {
  const find = (): Frame | undefined => page.frames().find((frame) => frame.url().startsWith(address));
  await expect.poll(() => find() !== undefined).toBe(true);
  const frame = find();
  if (frame === undefined) throw new Error(`no frame comes from ${address}`);
  return frame;
}
