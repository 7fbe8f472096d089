/**
 * Scrolls as little as it takes to show what somebody asked for. The host gives a frame its new height a moment later,
 * and that is when the element comes to its final place: so once more then. Answers with the function that ends it.
 */
export function reveal(element: HTMLElement | null): () => void {
  const show = () => element?.scrollIntoView({ block: 'nearest' });
  const listening = new AbortController();
  show();
  addEventListener('resize', show, { once: true, signal: listening.signal });
  return () => listening.abort();
}
