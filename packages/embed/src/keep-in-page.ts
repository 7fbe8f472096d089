/** How often a root that the page has removed is put back: a page that insists wins, and is not fought for ever. */
const returnsMax = 20;

/**
 * Puts `root` at the end of its parent as soon as the page has one, and back when the page replaces its body or clears
 * the parent, as single-page routers do. Ends with `signal`.
 */
export function keepInPage(root: Element, parentOf: () => Element | null | undefined, signal: AbortSignal): void {
  let returns = 0;
  const put = () => {
    const parent = parentOf();
    if (!parent || root.isConnected || returns++ > returnsMax) return;
    parent.append(root);
    watcher.observe(parent, { childList: true });
  };
  const watcher = new MutationObserver(put);
  watcher.observe(document.documentElement, { childList: true });
  document.addEventListener('DOMContentLoaded', put, { signal });
  signal.addEventListener('abort', () => watcher.disconnect());
  put();
}
