/** How often a root that the page has removed is put back: a page that insists wins, and is not fought for ever. */
const returnsMax = 20;

/**
 * Puts `root` at the end of its parent as soon as the page has one, and back when the page replaces its body or clears
 * the parent, as single-page routers do. Ends with `signal`.
 */
export function keepInPage(root: Element, parentOf: () => Element | null | undefined, signal: AbortSignal): void {
  let returns = 0;
  const put = () => {
    if (!root.isConnected && returns++ <= returnsMax) parentOf()?.append(root);
    // Wherever it is by now: the page may have moved it.
    if (root.parentNode) watcher.observe(root.parentNode, { childList: true });
  };
  const watcher = new MutationObserver(put);
  watcher.observe(document.documentElement, { childList: true });
  document.addEventListener('DOMContentLoaded', put, { signal });
  signal.addEventListener('abort', () => watcher.disconnect());
  put();
}
