import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { browserFlags } from './flags.ts';

/**
 * `quick` is Chromium without the window around its pages, where the machine has it: a page takes a third of the processor
 * time. `whole` is the browser as people have it; its contexts refuse storage to frames of other sites, as strict browsers do.
 */
export type BrowserKind = 'quick' | 'whole';

const whole = '/usr/bin/chromium';
const shell = '/usr/bin/chromium-headless-shell';
const launched = new Map<BrowserKind, Promise<Browser>>();

/**
 * One browser of a kind for all tests of this process, which ends with it; each test has contexts of its own in it, and
 * closes them.
 */
export function sharedBrowser(kind: BrowserKind): Promise<Browser> {
  const known = launched.get(kind);
  if (known !== undefined) return known;
  const executablePath = kind === 'quick' && existsSync(shell) ? shell : whole;
  const browser = chromium.launch({ executablePath, args: [...browserFlags] });
  launched.set(kind, browser);
  return browser;
}
