import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The rules of those whose answer lies in colors. */
const colorRules = { type: 'rule' as const, values: ['color-contrast', 'link-in-text-block'] };

/** What the accessibility checker finds in the page, its shadow trees and its frames, as one line each. */
export async function findings(page: Page): Promise<string[]> {
  return page.frames().length > 1
    ? linesOf(await new AxeBuilder({ page }).withTags(rules).analyze())
    : findingsBesideFrames(page);
}

/** A first run asks about everything, a run for `colors` about what another color scheme can change. */
export type Asked = 'everything' | 'colors';

/**
 * The same without the frames, for a page whose frames are looked at elsewhere. The driver puts the checker into the page
 * and gathers what it finds in another one, which takes longer than to look: a checker that is there is just asked again.
 */
export async function findingsBesideFrames(page: Page, asked: Asked = 'everything'): Promise<string[]> {
  const options = {
    runOnly: asked === 'colors' ? colorRules : rules,
    iframes: false,
    resultTypes: ['violations' as const],
  };
  const again = await page.evaluate(
    // What the driver has left in the page, in its own words.
    (given) => (globalThis as { axe?: Checker }).axe?.run(document, given),
    options,
  );
  const results = again ?? (await new AxeBuilder({ page }).setLegacyMode(true).options(options).analyze());
  return linesOf(results, asked);
}

type Results = Awaited<ReturnType<AxeBuilder['analyze']>>;
type Checker = { run: (of: Document, asked: object) => Promise<Results> };

function linesOf({ violations, passes }: Results, asked: Asked = 'everything'): string[] {
  // A checker that could not look passes nothing.
  expect(violations.length + passes.length).toBeGreaterThan(asked === 'colors' ? 0 : 5);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.html}`));
}
