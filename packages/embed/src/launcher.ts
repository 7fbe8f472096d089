import type { MountOptions } from './options.ts';

// Drawn by the first script, so every byte here is in the way of a stranger's page. Only what a strict
// Content-Security-Policy and Trusted Types let pass: no markup from text, no style attributes, no images.

/**
 * The style of root and launcher; the launcher, and later the panel, stand in `corner`, declarations of CSS. The root has
 * no box, and so moves nothing. The page's own rules lose: among important declarations those of the shadow tree win. The transparent
 * border is what forced colors draw.
 */
export function launcherStyle(corner: string, { colorScheme = 'auto' }: MountOptions): string {
  return (
    ':host{all:initial!important;display:contents!important}' +
    `*{z-index:2147483647;color-scheme:${colorScheme.replace('auto', 'light dark')};font:15px system-ui}` +
    `button{display:flex;gap:10px;place-items:center;place-content:center;height:56px;padding:0 17px;border:1px solid #0000;border-radius:28px;background:#5b5bd6;color:#fff;cursor:pointer}` +
    `[aria-expanded],dialog{position:fixed;${corner}}` +
    // A speech bubble.
    '[aria-expanded]:before{content:"";padding:7px;border:3px solid;border-radius:50% 50% 0}'
  );
}
