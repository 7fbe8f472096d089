import type { PageParts } from './sites.ts';

/** What a page says in INIT, besides its token; `path` is the frame's. */
export type HandWritten = { path: string; token: string; slug?: string; config?: Readonly<Record<string, unknown>> };

/**
 * A page with an iframe and a few lines of its own instead of our script, as the FAQ shows it. Its `say(config)` changes
 * the config; `heard` holds what the frame told it.
 */
export function handWrittenHost(base: string, { path, ...init }: HandWritten): PageParts {
  return {
    base,
    body: `<iframe title="Tool" width="100%" height="800" allow="clipboard-write" src="${base}${path}"></iframe>`,
    script: `
      const frame = document.querySelector('iframe');
      const say = (message) => frame.contentWindow.postMessage(message, ${JSON.stringify(base)});
      globalThis.heard = [];
      globalThis.say = (config) => say({ type: 'MICROAPP_CONFIG', config });
      addEventListener('message', ({ data, origin, source }) => {
        if (source !== frame.contentWindow || origin !== ${JSON.stringify(base)}) return;
        heard.push(data);
        if (data.type === 'MICROAPP_EMBED_READY' && heard.length === 1) {
          say({ type: 'MICROAPP_EMBED_INIT', ...${JSON.stringify(init)} });
        }
        if (data.type === 'MICROAPP_RESIZE') frame.height = Math.max(data.h, 300);
      });`,
  };
}
