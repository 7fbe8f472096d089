import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { browserFlags } from './flags.ts';

/**
 * Chromium without the window around its pages, where the machine has it: a page takes a third of the processor time, and
 * what a site or a frame meets is the same. What is about the window itself starts `/usr/bin/chromium`.
 */
const shell = '/usr/bin/chromium-headless-shell';

let launched: Promise<Browser> | undefined;

/** One browser for all tests of this process, which ends with it; each test has contexts of its own in it, and closes them. */
export function sharedBrowser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: existsSync(shell) ? shell : '/usr/bin/chromium',
    args: [...browserFlags],
  });
  return launched;
}
