import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { browserFlags } from './flags.ts';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest is told of provided values by merging this interface
  export interface ProvidedContext {
    browserEndpoint: string;
  }
}

/** One browser for the whole run; each test has a context of its own in it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const browser = await chromium.launchServer({ executablePath: '/usr/bin/chromium', args: [...browserFlags] });
  project.provide('browserEndpoint', browser.wsEndpoint());
  return () => browser.close();
}
