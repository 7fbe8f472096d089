/**
 * How often a root that the page has removed is put back: so often, and once more for each second that the page has been there.
 * A router may draw its views anew all day; a page that insists wins, and is not fought without end.
 */
const returnsMax = 20;

/**
 * Puts `root` at the end of its parent as soon as the page has one, and back when the page replaces its body, the parent, or
 * what is in it, as single-page routers do. Ends with `signal`. What the page changes otherwise costs it one comparison.
 */
export function keepInPage(root: Element, parentOf: () => Element | null | undefined, signal: AbortSignal): void {
  let returns = 0;
  const put = () => {
    if (root.isConnected || returns > returnsMax + performance.now() / 1000) return;
    const parent = parentOf();
    if (parent?.isConnected && ++returns) parent.append(root);
  };
  put();
  const watcher = new MutationObserver(put);
  watcher.observe(document, { childList: true, subtree: true });
  signal.addEventListener('abort', () => watcher.disconnect());
}
