import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import type { FrameLocator, Page, Route } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messagesIn } from './stage/recorder.ts';
import { mountedInline, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runButton, runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const runPath = '**/api/tools/loan-calculator/run';
const requestId = 'req_0123456789abcdefghijkl';

const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const runId = 'run_0123456789abcdefghijkl';
const stepStart = (step: string, index: number) => event('step_start', { runId, step, kind: 'llm', index, total: 2 });
const stepComplete = (step: string) => event('step_complete', { runId, step, durationMs: 5 });
const textDelta = (text: string) => event('text_delta', { runId, step: 'writeText', text });
const runComplete = (output: unknown) => event('run_complete', { runId, status: 'ok', output, durationMs: 40 });

/**
 * Answers runs of this page by a stream that the test speaks piece by piece: what a model says, and when, no real step
 * would repeat. `isOpen` says whether the frame still listens.
 */
async function streamTo(page: Page): Promise<{ say: (piece: string) => void; end: () => void; isOpen: () => boolean }> {
  let response: ServerResponse | undefined;
  let isOpen = false;
  const server = createServer((_, answer) => {
    response = answer;
    isOpen = true;
    answer.on('close', () => (isOpen = false));
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cross-origin-resource-policy': 'cross-origin' });
    answer.flushHeaders();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a server that listens on a port
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A fulfilled route has its whole body at once, so the frame's own `fetch` is led to the stream instead.
  await page.addInitScript(
    ({ to }) => {
      const fetched = globalThis.fetch;
      globalThis.fetch = (input, init) =>
        typeof input === 'string' && input.endsWith('/run')
          ? fetched(to, { ...init, method: 'GET', body: null, headers: {} })
          : fetched(input, init);
    },
    { to: '/streamed-run' },
  );
  await page.route('**/streamed-run', (route) => route.continue({ url: `http://127.0.0.1:${port}/` }));
  return {
    say: (piece) => response?.write(piece),
    end: () => response?.end(),
    isOpen: () => isOpen,
  };
}

const failed =
  (status: number, code: string, headers: Record<string, string> = {}) =>
  (route: Route) =>
    route.fulfill({ status, headers, json: { error: 'No.', code, requestId } });

describeOnStage('a run of a tool', (stage) => {
  async function open(page: Page): Promise<FrameLocator> {
    const { base, site, scenario } = stage();
    const { owner } = scenario;
    const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    await page.goto(site(shop, strictSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' }))));
    const { frame } = widgetOn(page, 'inline');
    await runButton(frame).waitFor();
    return frame;
  }

  async function findings(page: Page): Promise<string[]> {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const { violations, passes } = await new AxeBuilder({ page }).withTags(tags).analyze();
    expect(passes.length).toBeGreaterThan(5);
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
  }

  it('shows its steps and its text as they come, and keeps the form filled', async () => {
    const page = await stage().newPage();
    const stream = await streamTo(page);
    const frame = await open(page);
    await runLoan(frame, { principal: '123456', rate: '6', years: '30' });
    await expect.poll(stream.isOpen).toBe(true);
    stream.say(stepStart('fetchQuote', 0));
    await see(frame.getByText('Step 1 of 2: Fetch quote'));
    stream.say(stepComplete('fetchQuote') + stepStart('writeText', 1));
    await see(frame.getByRole('listitem').filter({ hasText: 'Fetch quote' }).filter({ hasText: 'Done' }));
    stream.say(textDelta('A first sentence. And half of'));
    await see(frame.getByText('A first sentence. And half of'));
    // Whole sentences only are read out.
    await expect.poll(() => frame.locator('[aria-live=polite]').textContent()).toBe('A first sentence.');
    await see(frame.getByText(/^Running for \d+ seconds$/));
    expect(await findings(page)).toEqual([]);
    stream.say(
      textDelta(' another.') + stepComplete('writeText') + runComplete('A first sentence. And half of another.'),
    );
    stream.end();
    await see(frame.getByRole('heading', { name: 'Result', exact: true }));
    await see(frame.getByText('A first sentence. And half of another.', { exact: true }));
    expect(await frame.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    expect(await frame.getByLabel('Loan amount').inputValue()).toMatch(/123,?456/);
    const told = (await messagesIn(page.mainFrame())).map(({ type }) => type);
    expect(told).not.toContain('MICROAPP_RUN_ERR');
  });

  it('is stopped by its button, which ends the request and leaves what had been written', async () => {
    const page = await stage().newPage();
    const stream = await streamTo(page);
    const frame = await open(page);
    await runButton(frame).click();
    await expect.poll(stream.isOpen).toBe(true);
    stream.say(stepStart('writeText', 0) + textDelta('As far as it got'));
    await see(frame.getByText('As far as it got'));
    await frame.getByRole('button', { name: 'Stop' }).press('Enter');
    await see(frame.getByRole('heading', { name: 'Stopped' }));
    await see(frame.getByText('As far as it got'));
    await expect.poll(stream.isOpen).toBe(false);
    // Whoever pressed the button is not thrown out of the frame with it.
    expect(await frame.locator('.result').evaluate((result) => result === document.activeElement)).toBe(true);
  });

  it('that is cut off in the middle says so, and is started anew with what was entered', async () => {
    const page = await stage().newPage();
    const stream = await streamTo(page);
    const frame = await open(page);
    await runButton(frame).click();
    await expect.poll(stream.isOpen).toBe(true);
    stream.say(stepStart('writeText', 0) + textDelta('Half a'));
    stream.end();
    await see(frame.getByRole('heading', { name: 'The connection broke off' }));
    await see(frame.getByText('Half a'));
    await frame.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(stream.isOpen).toBe(true);
    stream.say(runComplete({ payment: 5.5 }));
    stream.end();
    await seePayment(frame, '5.50');
  });

  it('that came too soon is counted down, waits with its button, and then works', async () => {
    const page = await stage().newPage();
    await page.clock.install({ time: stage().scenario.clock.now() });
    let runs = 0;
    await page.route(runPath, (route) => {
      runs += 1;
      return runs === 1 ? failed(429, 'rate_limited', { 'retry-after': '30' })(route) : route.continue();
    });
    const frame = await open(page);
    await runLoan(frame);
    await see(frame.getByRole('heading', { name: 'Too many runs in a short time' }));
    await see(frame.getByText(requestId));
    await see(frame.getByText('You can try again in 30 seconds.'));
    const retry = frame.getByRole('button', { name: 'Try again' });
    expect(await retry.getAttribute('aria-disabled')).toBe('true');
    await page.clock.runFor(12_000);
    await see(frame.getByText('You can try again in 18 seconds.'));
    // Neither button asks the server before its time.
    await retry.dispatchEvent('click');
    await runButton(frame).click();
    expect(runs).toBe(1);
    await page.clock.runFor(18_000);
    await see(frame.getByText('You can try again now.'));
    await retry.click();
    await seePayment(frame);
    expect(runs).toBe(2);
  });

  it('without a network waits for it, and then runs by itself, once', async () => {
    const page = await stage().newPage();
    const frame = await open(page);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.context().setOffline(true);
    await runLoan(frame);
    await see(frame.getByRole('heading', { name: 'You are offline' }));
    await see(frame.getByText('The tool runs by itself as soon as you are connected again.'));
    expect(asked.filter((path) => path.endsWith('/run'))).toEqual([]);
    await page.context().setOffline(false);
    await seePayment(frame);
    expect(asked.filter((path) => path.endsWith('/run'))).toHaveLength(1);
  });

  it('never waits for ever: silence of the server ends in an error that can be retried', async () => {
    const page = await stage().newPage();
    await page.clock.install({ time: stage().scenario.clock.now() });
    let isAsked = false;
    await page.route(runPath, () => {
      isAsked = true;
    });
    const frame = await open(page);
    await runLoan(frame);
    await expect.poll(() => isAsked).toBe(true);
    await page.clock.runFor(3_000);
    await see(frame.getByRole('button', { name: 'Stop' }));
    await page.clock.fastForward(130_000);
    await see(frame.getByRole('heading', { name: 'The server does not answer' }));
    await page.unroute(runPath);
    await frame.getByRole('button', { name: 'Try again' }).click();
    await seePayment(frame);
  });

  describe.each(['light', 'dark'] as const)('that fails, in %s colors,', (colorScheme) => {
    it.each([
      ['byok_required', 409, {}, 'This tool is not set up completely yet', /Provider keys/],
      [
        'quota_exceeded',
        429,
        { date: 'Sat, 21 Nov 2026 13:00:00 GMT', 'retry-after': '39600' },
        'The runs for today are used up',
        /from Nov 22, 2026/,
      ],
      ['llm_error', 502, { 'retry-after': '7' }, 'The AI provider did not answer', /again in \d seconds/],
      ['timeout', 504, {}, 'The tool took too long', /smaller values/],
    ] as const)(
      'because of %s says what to do, and by which id to ask about it',
      async (code, status, headers, title, advice) => {
        const page = await stage().newPage({ colorScheme, viewport: { width: 390, height: 844 }, timezoneId: 'UTC' });
        await page.route(runPath, failed(status, code, headers));
        const frame = await open(page);
        await runLoan(frame);
        await see(frame.getByRole('alert').getByRole('heading', { name: title }));
        await see(frame.locator('.notice').getByText(advice));
        await see(frame.getByText(requestId));
        expect(await findings(page)).toEqual([]);
      },
    );
  });
});
