import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  freePort,
  killLeftServers,
  startServer,
  type ServerProcess,
} from '../../packages/server/src/testing/server-process.ts';
import { runLoan, seePayment, widgetOn } from './stage/widget.ts';

describe('the demo that a first start prints', () => {
  let browser: Browser;
  let dataDir: string;
  let running: ServerProcess;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'microapp-demo-'));
    browser = await chromium.connect(inject('browserEndpoint'));
    running = await start({});
  });
  afterAll(async () => {
    killLeftServers();
    await browser.close();
    await rm(dataDir, { recursive: true });
  });

  /** As `npm start` does, on ports that are free. */
  async function start(settings: Record<string, string>): Promise<ServerProcess> {
    const demoPort = String(await freePort());
    return startServer({ DATA_DIR: dataDir, DEMO: '', DEMO_PORT: demoPort, LOG_LEVEL: 'silent', ...settings });
  }

  /** The demo's address, as it was printed. */
  function demoUrl(): string | undefined {
    return /Demo page +(http\S+)/.exec(running.output())?.[1];
  }

  async function visit(path: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${demoUrl()}${path}`);
    return { page, complaints };
  }

  async function useBoth(): Promise<void> {
    const { page, complaints } = await visit('/');
    const inline = widgetOn(page, 'inline');
    await runLoan(inline.frame);
    await seePayment(inline.frame);
    const floating = widgetOn(page);
    await floating.launcher.click();
    await runLoan(floating.frame);
    await seePayment(floating.frame);
    expect(complaints).toEqual([]);
    await page.close();
  }

  it('stands on another site, and both embeds answer on it', async () => {
    expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(demoUrl()).toMatch(/^http:\/\/localhost:\d+$/);
    await useBoth();
  });

  it('has a page whose host is written by hand, and works', async () => {
    const { page, complaints } = await visit('/hand-written.html');
    const frame = page.frameLocator('iframe');
    await runLoan(frame);
    await seePayment(frame);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('is there again after a restart, on other ports too', async () => {
    expect(await running.end('SIGTERM')).toBe(0);
    running = await start({});
    await useBoth();
  });

  it('is not there when it is off', async () => {
    expect(await running.end('SIGTERM')).toBe(0);
    running = await start({ NODE_ENV: 'production' });
    expect(demoUrl()).toBeUndefined();
  });
});
