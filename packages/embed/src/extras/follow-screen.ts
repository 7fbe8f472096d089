/** As wide as a window is at most of which the panel takes the whole; the panel's style has it, too. */
const smallWindow = '(width<=480px)';

/**
 * Clear of notches and of the bar at the bottom, where the page lets itself be drawn below them. A panel that was opened beside the
 * page is as wide as it was, where a modal one has a greatest width.
 */
const safeArea = `@media${smallWindow}{dialog{width:100%;padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);box-sizing:border-box}}`;

/**
 * Keeps a panel that has the whole window on the part of it that the visitor sees: a phone's keyboard covers the lower half, of
 * which no style knows, and a frame is told nothing. Zooming in covers nothing. Ends with `signal`.
 */
export function followScreen(dialog: HTMLDialogElement, signal: AbortSignal): void {
  const { visualViewport: view } = window;
  const isSmall = matchMedia(smallWindow);
  const shadow = dialog.getRootNode() as ShadowRoot; // where panels stand
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(safeArea);
  shadow.adoptedStyleSheets.push(sheet);
  if (view === null) return;

  const fit = () => {
    // Zoomed, the visible part is smaller by the visitor's own wish.
    const covers = isSmall.matches && view.scale === 1;
    dialog.style.top = covers ? `${view.offsetTop}px` : '';
    dialog.style.bottom = covers ? 'auto' : '';
    dialog.style.height = covers ? `${view.height}px` : '';
  };
  view.addEventListener('resize', fit, { signal });
  view.addEventListener('scroll', fit, { signal });
  isSmall.addEventListener('change', fit, { signal });
  fit();
}
