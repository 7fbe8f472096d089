// What is pasted where, complete with the surface's client token, which is public. Nothing here is a secret.

export type Place = { embedUrl: string; clientToken: string };

/** The one line for a website. */
export function scriptTag({ embedUrl, clientToken }: Place): string {
  return `<script src="${embedUrl}/embed.js" data-embed-key="${clientToken}" async></script>`;
}

/** The same line for one released version, which the browser refuses if a byte of it changed. */
export function pinnedScriptTag({ url, integrity }: { url: string; integrity: string }, clientToken: string): string {
  return `<script
  src="${url}"
  integrity="${integrity}"
  crossorigin="anonymous"
  data-embed-key="${clientToken}"
  async
></script>`;
}

/** For a place in the page, written in HTML; the line with the script may stand anywhere, once. */
export function customElement({ embedUrl, clientToken }: Place): string {
  return `<script src="${embedUrl}/embed-element.js" async></script>

<microapp-embed embed-key="${clientToken}"></microapp-embed>`;
}

/** For React 18 and later. */
export function reactComponent({ embedUrl, clientToken }: Place): string {
  return `import { Microapp } from '@microapp/react';

export function ShopWidget() {
  return <Microapp baseUrl="${embedUrl}" embedKey="${clientToken}" />;
}`;
}

/** A route of the customer's own server that exchanges an embed token, which never leaves it, for a ticket. */
export function serverRoute({ embedUrl, app, origin }: { embedUrl: string; app: string; origin: string }): string {
  return `import express from 'express';

const server = express();

// MICROAPP_EMBED_TOKEN is an embed token (mtok_…). It stays on the server.
server.post('/microapp-ticket', async (request, response) => {
  const answer = await fetch('${embedUrl}/v1/embed/sessions', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-microapp-embed-token': process.env.MICROAPP_EMBED_TOKEN,
    },
    body: JSON.stringify({ app: '${app}', origin: '${origin}' }),
  });
  response.status(answer.ok ? 200 : 502).json(answer.ok ? await answer.json() : {});
});

server.listen(3000);`;
}

/** What the page does with that route. */
export function pageWithServer({ embedUrl }: { embedUrl: string }): string {
  return `<script src="${embedUrl}/embed.js" async></script>
<script>
  if (!window.MicroappWidget?.mount)
    window.MicroappWidget = { q: [], mount: (options) => void MicroappWidget.q.push(options) };
  MicroappWidget.mount({
    getToken: async ({ signal }) => {
      const answer = await fetch('/microapp-ticket', { method: 'POST', signal });
      if (!answer.ok) throw new Error('The server gave no ticket.');
      return answer.json();
    },
  });
</script>`;
}

/** What a page with a Content-Security-Policy has to allow, and nothing more. */
export function hostPolicy({ embedUrl }: { embedUrl: string }): string {
  return `script-src ${embedUrl}; connect-src ${embedUrl}; frame-src ${embedUrl}`;
}

/** An origin that the surface allows and that a snippet can name as an example. */
export function exampleOrigin(allowedOrigins: readonly string[]): string {
  const named = allowedOrigins.find((entry) => !entry.includes('*'));
  if (named === undefined) return 'https://www.example.com';
  if (named.includes('://')) return named;
  return /^(localhost|127\.|\d+\.\d+\.\d+\.\d+)/.test(named) ? `http://${named}` : `https://${named}`;
}
