/**
 * `npm run bench:browser`: what a visitor waits for, in a real browser on a slow connection and a slow processor. A page of
 * a customer loads the one-line script; then somebody opens the widget. Prints a table and writes
 * bench/results/browser.json. Like the other bench it has no threshold: bytes and requests fail the build, milliseconds of
 * a busy machine do not. docs/benchmarks.md says what the lines mean.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { browserFlagsWithout } from '../../test/e2e/browser/flags.ts';
import { freshCredential } from '../../packages/server/src/platform/credential.ts';
import { systemRandom } from '../../packages/server/src/platform/random.ts';
import { visit, visitWithoutUs, type ControlVisit, type Visit } from './visit.ts';
import { ask, prepareInstallation, textOf } from '../installation.ts';
import { startMicroapp } from '../measured-process.ts';
import { median } from '../statistics.ts';

const runsDefault = 7;
const shop = 'shop.example.test';
const resultsFile = fileURLToPath(new URL('../results/browser.json', import.meta.url));

/** A visit, and one of the same page without us right after it: the browser and the machine are slow at times by themselves. */
type Pair = Visit & { withoutUs: ControlVisit };

/** What is shown of a visit, with what spec and issue ask of it. */
const lines: { title: string; of: (visit: Pair) => number; unit: string; want: string }[] = [
  { title: 'text of the page drawn', of: ({ paintMs }) => paintMs, unit: 'ms', want: 'as without us' },
  { title: 'the same without us', of: ({ withoutUs }) => withoutUs.paintMs, unit: 'ms', want: '' },
  { title: 'launcher drawn', of: ({ launcherMs }) => launcherMs, unit: 'ms', want: '≤ 800, aim 650' },
  { title: 'requests of ours before it', of: ({ requestsBefore }) => requestsBefore, unit: '', want: '1' },
  { title: 'bytes of ours before it', of: ({ bytesBefore }) => bytesBefore, unit: 'B', want: '≤ 2000 + headers' },
  { title: 'from the click to a form that takes input', of: ({ formMs }) => formMs, unit: 'ms', want: '' },
  { title: 'long tasks of the page until the click', of: ({ longTasksMs }) => longTasksMs, unit: 'ms', want: '0' },
  { title: 'the same without us', of: ({ withoutUs }) => withoutUs.longTasksMs, unit: 'ms', want: '' },
  {
    title: 'long tasks of page and frame after it',
    of: ({ longTasksAfterMs }) => longTasksAfterMs,
    unit: 'ms',
    want: '',
  },
  { title: 'layout shift until the click', of: ({ shift }) => shift, unit: '', want: '0' },
  { title: 'layout shift with the panel', of: ({ shiftAfter }) => shiftAfter, unit: '', want: '0' },
];

try {
  const visits = await bench(readRuns(process.argv.slice(2)));
  await mkdir(join(resultsFile, '..'), { recursive: true });
  const report = { measuredAt: new Date().toISOString(), cpus: availableParallelism(), visits };
  await writeFile(resultsFile, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(printable(visits));
} catch (error) {
  console.error(`The bench failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function readRuns([name, value]: string[]): number {
  if (name === undefined) return runsDefault;
  const runs = Number(value);
  if (name !== '--runs' || !Number.isInteger(runs) || runs < 1) throw new Error('It takes one option: --runs number');
  return runs;
}

async function bench(runs: number): Promise<Pair[]> {
  const folder = await mkdtemp(join(tmpdir(), 'microapp-bench-'));
  const ownerKey = freshCredential(systemRandom, 'owner_key').secret.reveal();
  const site = createServer();
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    // Throttling is set for one process: the frame has to be in the page's.
    args: [...browserFlagsWithout('IsolateOrigins', 'site-per-process'), '--disable-site-isolation-trials'],
  });
  try {
    await using microapp = await startMicroapp({ dataDir: join(folder, 'data'), ownerKey, profileFolder: undefined });
    const { url, workspaceId } = await prepareInstallation(microapp.url, ownerKey);
    const surface = await ask(url, {
      method: 'POST',
      path: '/v1/surfaces',
      headers: { authorization: `Bearer ${ownerKey}` },
      body: {
        workspaceId,
        name: 'Shop',
        environment: 'production',
        apps: ['loan-calculator'],
        permissions: ['tool:run'],
        allowedOrigins: [shop],
      },
    });
    const clientToken = textOf(surface, 'clientToken');
    const tag = `<script src="${url}/embed.js" data-embed-key="${clientToken}" async></script>`;
    site.on('request', (request, response) => {
      const head = request.url === '/without-us' ? '' : tag;
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pageWith(head));
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo; // of a server that listens on a port
    const visits: Pair[] = [];
    for (let run = 0; run < runs; run++) {
      // Every visitor is a new one: nothing is cached.
      const seen = await visit(browser, { page: `http://${shop}:${port}/`, base: url });
      const control = { page: `http://${shop}:${port}/without-us`, untilMs: seen.clickedMs };
      visits.push({ ...seen, withoutUs: await visitWithoutUs(browser, control) });
    }
    return visits;
  } finally {
    await browser.close();
    site.close();
    site.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  }
}

function pageWith(tag: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
${tag}</head>
<body><h1>Shop</h1>${'<p>What the shop has to say about its goods, at some length.</p>'.repeat(30)}</body>
</html>`;
}

function printable(visits: readonly Pair[]): string {
  const rows = lines.map(({ title, of, unit, want }) => {
    const values = visits.map(of).toSorted((left, right) => left - right);
    const shown = [median(values), values[0] ?? 0, values.at(-1) ?? 0].map((value) =>
      `${rounded(value)} ${unit}`.trim(),
    );
    return `| ${[title, ...shown, want].join(' | ')} |`;
  });
  return [
    `${visits.length} visits, slow 4G (1.6 Mbit/s down, 750 kbit/s up, 150 ms), a processor 4 times as slow, ${availableParallelism()} cores`,
    '',
    '| | median | least | most | wanted |',
    '| --- | ---: | ---: | ---: | --- |',
    ...rows,
  ].join('\n');
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 1 ? 4 : 0);
}
