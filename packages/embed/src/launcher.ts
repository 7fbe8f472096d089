import type { MountOptions } from './options.ts';

// Drawn by the first script, so every byte here is in the way of a stranger's page. Only what a strict
// Content-Security-Policy and Trusted Types let pass: no markup from text, no style attributes, no images.

/** Makes the launcher say `label`; without one it is an icon, and says what it does to those who do not see it. */
export function nameLauncher(launcher: HTMLButtonElement, label: string | undefined): void {
  launcher.ariaLabel = label ?? 'Open';
  launcher.textContent = label ?? '';
}

/**
 * The style of root and launcher, which stands `bottom` CSS pixels above the page's edge. The root has no box, and so
 * moves nothing. The page's own rules lose: among important declarations those of the shadow tree win. The transparent
 * border is what forced colors draw.
 */
export function launcherStyle(bottom: number, { colorScheme, theme }: MountOptions): string {
  const scheme = colorScheme && colorScheme !== 'auto' ? colorScheme : 'light dark';
  return (
    ':host{all:initial!important;display:contents!important}' +
    `*{z-index:2147483647;color-scheme:${scheme};font:15px/22px system-ui}` +
    `button{display:flex;gap:10px;place-items:center;place-content:center;outline-offset:2px;height:56px;padding:0 17px;border:1px solid #0000;border-radius:28px;background:${theme?.['accent'] ?? '#5b5bd6'};color:#fff;cursor:pointer}` +
    `[aria-expanded]{position:fixed;inset:auto 20px ${bottom}px auto}` +
    // A speech bubble.
    '[aria-expanded]:before{content:"";padding:7px;border:3px solid;border-radius:50% 50% 0}'
  );
}
