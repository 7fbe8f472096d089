import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest is told of provided values by merging this interface
  export interface ProvidedContext {
    browserEndpoint: string;
  }
}

/** What Debian's Chromium needs to run as root, without a screen, and without talking to anybody by itself. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Sites of their own, all of them here.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
];

/** One browser for the whole run; each test has a context of its own in it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const browser = await chromium.launchServer({ executablePath: '/usr/bin/chromium', args: flags });
  project.provide('browserEndpoint', browser.wsEndpoint());
  return () => browser.close();
}
