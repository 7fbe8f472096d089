// Drawn by the first script, so every byte here is in the way of a stranger's page. Only what a strict
// Content-Security-Policy and Trusted Types let pass: no markup from text, no style attributes, no images.

/**
 * The style of root and launcher; where launcher and panel stand, and their color scheme, is added to it. The root has no box, and so
 * moves nothing. The page's own rules lose: among important declarations those of the shadow tree win. The transparent border is
 * what forced colors draw; an index too large is the largest.
 */
export const launcherStyle =
  ':host{all:initial!important;display:contents!important}' +
  `*{z-index:9999999999;font:15px system-ui}` +
  `button{display:flex;gap:8px;place-items:center;place-content:center;height:56px;padding:17px;border:1px solid #0000;border-radius:56px;background:#5b5bd6;color:#fff;cursor:pointer}` +
  // A speech bubble.
  '[aria-expanded]:before{content:"";padding:7px;border:3px solid;border-radius:50% 50% 0}';
