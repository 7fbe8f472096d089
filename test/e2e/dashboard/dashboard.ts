import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Stage } from '../stage/stage.ts';

/** Signs in as the installation's first owner, and answers with the page at `path`. Its clipboard can be read. */
export async function openDashboard(stage: Stage, path = '/', options: BrowserContextOptions = {}): Promise<Page> {
  return signIn(stage, await stage.newPage({ permissions: ['clipboard-read', 'clipboard-write'], ...options }), path);
}

/** Signs in on a page that there is. */
export async function signIn(stage: Stage, page: Page, path = '/'): Promise<Page> {
  // What the server says of its times is meant by its clock.
  await page.clock.setFixedTime(stage.scenario.clock.now());
  await page.goto(`${stage.base}/sign-in?returnTo=${encodeURIComponent(path)}`);
  await page.getByLabel('Owner key').fill(stage.scenario.owner.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('banner').waitFor();
  return page;
}

export function clipboardOf(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
