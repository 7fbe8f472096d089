import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { findingsBesideFrames } from '../stage/findings.ts';

const desk = { width: 1280, height: 860 };
export const phone = { width: 390, height: 844 };

/** Each size is looked at as a whole once; after a change of colors alone, only what lies in colors can differ. */
const looks = [
  { colorScheme: 'light', viewport: desk, asked: 'everything' },
  { colorScheme: 'dark', viewport: desk, asked: 'colors' },
  { colorScheme: 'dark', viewport: phone, asked: 'everything' },
  { colorScheme: 'light', viewport: phone, asked: 'colors' },
] as const;

/**
 * Fails unless what is on the page is for everybody and fits into the window, light and dark, on a desk and on a phone.
 * Leaves the page as wide as a desk. `what` names it in a failure.
 */
export async function expectEveryLookToFit(page: Page, what: string): Promise<void> {
  for (const { colorScheme, viewport, asked } of looks) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const where = `${what}, ${colorScheme}, ${viewport.width} pixels wide`;
    const barriers = await findingsBesideFrames(page, asked);
    const found = { where, barriers, pixelsTooWide: await tooWide(page), actionsCutOff: await actionsCutOff(page) };
    expect(found).toEqual({ where, barriers: [], pixelsTooWide: 0, actionsCutOff: 0 });
  }
  await page.setViewportSize(desk);
}

/** By how many pixels the page could be scrolled sideways, or a dialog is cut off, which scrolls by itself. */
function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => {
    const beyond = [...document.querySelectorAll('[role=dialog]')].map((dialog) => {
      const { left, right } = dialog.getBoundingClientRect();
      return Math.floor(Math.max(-left, right - innerWidth, dialog.scrollWidth - dialog.clientWidth));
    });
    return Math.max(0, document.documentElement.scrollWidth - innerWidth, ...beyond);
  });
}

/** How many rows of a table hold what can be done with them beyond its edge, where one has to scroll to find it. */
function actionsCutOff(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      [...document.querySelectorAll('td:last-child')].filter((cell) => {
        const edge = cell.closest('table')?.parentElement?.getBoundingClientRect().right ?? innerWidth;
        const buttons = [...cell.querySelectorAll('button, a')];
        return buttons.some((button) => button.getBoundingClientRect().right > Math.min(edge, innerWidth));
      }).length,
  );
}
