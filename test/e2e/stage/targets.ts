import type { Page } from 'playwright-core';

/** CSS pixels that a finger needs in each direction. */
const fingerPx = 44;

/**
 * What a visitor can press in the page's widgets, their shadow trees and their frames, and is smaller than a finger, as one line
 * each. Of what has a label or a box around it that is as much pressed as itself, that one counts.
 */
export async function smallTargets(page: Page): Promise<string[]> {
  const all = await Promise.all(page.frames().map((frame) => frame.evaluate(targetsIn)));
  const targets = all.flat();
  // A ruler that found nothing measures nothing.
  if (targets.length < 2) throw new Error('there is nothing to press');
  return targets.filter(({ width, height }) => Math.min(width, height) < fingerPx).map(({ html }) => html);
}

type Target = { html: string; width: number; height: number };

/** Runs in a page or a frame. */
function targetsIn(): Target[] {
  const roots = [document, ...[...document.querySelectorAll('*')].flatMap((element) => element.shadowRoot ?? [])];
  const ours = roots.slice(window === window.top ? 1 : 0);
  const pressed = 'button, input, select, textarea, summary, a[href], [role=tab], [role=button]';
  return ours
    .flatMap((root) => [...root.querySelectorAll(pressed)])
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .map((element) => {
      const { width, height } = (element.closest('label, .with-unit') ?? element).getBoundingClientRect();
      return { html: `${width} × ${height}: ${element.outerHTML.slice(0, 120)}`, width, height };
    });
}
