// What is pasted where, complete. A token stands in no URL of them.

type Wanted = { embedUrl: string; token: string; app: string };

/** For a page: the script, and the call that mounts the widget; before or after the script has arrived. */
export function widgetSnippet({ embedUrl, token, app, tokenId }: Wanted & { tokenId: string }): string {
  const options = JSON.stringify({ mtok: token, tokenId, toolSlug: app }, undefined, 2).replaceAll('\n', '\n    ');
  return `<script src="${embedUrl}/embed.js" async></script>
<script>
  if (!window.MicroappWidget?.mount)
    window.MicroappWidget = { q: [], mount: (options) => void MicroappWidget.q.push(options) };
  MicroappWidget.mount(${options.replaceAll('\n    ', '\n  ')});
</script>`;
}

/** For a server: the token in its header, from an environment variable. */
export function serverSnippet({ embedUrl, app }: Omit<Wanted, 'token'>): string {
  return `curl "${embedUrl}/api/tools/${app}/run?embed=1" \\
  -H "x-microapp-embed-token: $MICROAPP_EMBED_TOKEN" \\
  -H "content-type: application/json" \\
  -d '{"inputs": {}}'`;
}

/**
 * For a page that takes an iframe and no script. The address is from Copy URL. The page's origin is sent with it, and no
 * more of its address: some browsers tell the frame by nothing else where it stands.
 */
export function iframeSnippet(url: string, title: string): string {
  return `<iframe
  src="${url.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"
  title="${title.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"
  width="100%"
  height="640"
  referrerpolicy="origin"
  allow="clipboard-write"
  sandbox="allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox"
></iframe>`;
}
