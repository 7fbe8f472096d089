import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBrowserFiles } from '../../modules/frames/index.ts';
import { runMicroapp, type CommandRun } from '../../testing/command-line.ts';
import { startFaultyProxy, type Fault, type FaultyProxy } from '../../testing/faulty-proxy.ts';
import {
  describeApp,
  describeAppOnce,
  expectStatus,
  type Scenario,
  type ScenarioOptions,
} from '../../testing/scenario.ts';

// A check is some hundred requests, by a process of its own.
const checkWithinMs = 120_000;

type Report = {
  holds: boolean;
  points: { number: number; holds: boolean; seen: string; problems: string[]; remedy: string }[];
  leftBehind: string[];
};

/** A listening server, and in front of it the proxy that makes mistakes. */
type Site = { scenario: Scenario; proxy: FaultyProxy; upstream: string };

async function openSite(open: (options?: ScenarioOptions) => Promise<Scenario>): Promise<Site> {
  const proxy = await startFaultyProxy();
  const scenario = await open({ publicUrl: proxy.url, browserFiles: await readBrowserFiles() });
  return { scenario, proxy, upstream: await scenario.server.listen({ host: '127.0.0.1', port: 0 }) };
}

function preship(
  { scenario, proxy, upstream }: Site,
  fault: Fault | undefined,
  ...args: string[]
): Promise<CommandRun> {
  proxy.use(upstream, fault, scenario.owner.key);
  return runMicroapp(['preship', '--url', proxy.url, ...args], { MICROAPP_OWNER_KEY: scenario.owner.key });
}

async function reported(site: Site, fault: Fault | undefined): Promise<{ status: number | null; report: Report }> {
  const { status, output, complaints } = await preship(site, fault, '--json');
  expect(complaints).toBe('');
  return { status, report: JSON.parse(output) as Report };
}

const failed = ({ points }: Report): number[] => points.filter(({ holds }) => !holds).map(({ number }) => number);

/** How many of the owner's objects there are that can still be used. */
async function liveObjects({ scenario }: Site): Promise<number[]> {
  const counts = [];
  for (const list of ['workspaces', 'apps', 'surfaces']) {
    const { body } = await expectStatus(scenario.owner.ask({ url: `/v1/${list}?limit=200` }), 200);
    counts.push(body.data.length);
  }
  return counts;
}

describeApp('the check before shipping', (open) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(open);
  });
  afterAll(() => site.proxy.close());

  it(
    'finds that all six hold of a running server, says what it saw, and takes away what it made (H60, H61, H62, H63, H65, H66)',
    async () => {
      const before = await liveObjects(site);
      const { status, report } = await reported(site, undefined);
      expect({ problems: report.points.flatMap(({ problems }) => problems), failed: failed(report), status }).toEqual({
        problems: [],
        failed: [],
        status: 0,
      });
      expect(report.points.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
      for (const { seen } of report.points) expect(seen).not.toBe('');
      expect(await liveObjects(site)).toEqual(before);
    },
    checkWithinMs,
  );

  it(
    'finds, by point 6, a table that has lost its row-level security',
    async () => {
      const { admin } = site.scenario.database;
      await admin.query('alter table surfaces no force row level security');
      try {
        const { report } = await reported(site, undefined);
        expect(failed(report)).toEqual([6]);
        expect(report.points[5]?.problems).toContain('row-level security is enabled and forced: surfaces');
      } finally {
        await admin.query('alter table surfaces force row level security');
      }
    },
    checkWithinMs,
  );
});

describeAppOnce('the check before shipping, of a server with a fault,', (open) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(open);
  });
  afterAll(() => site.proxy.close());

  it.each<[number, Fault]>([
    [1, 'the owner key stands in the script'],
    [1, 'the owner key stands in what the script loads'],
    [1, 'the owner key stands in what explains a failure'],
    [2, 'good answers are remembered'],
    [3, 'sessions live a day'],
    [4, 'minting has no limit'],
    [5, 'any page may show the frame'],
    [6, 'the query chooses the workspace'],
  ])(
    'finds, by point %i and no other, that %s',
    async (number, fault) => {
      const before = await liveObjects(site);
      const { status, report } = await reported(site, fault);
      expect({ failed: failed(report), holds: report.holds, status }).toEqual({
        failed: [number],
        holds: false,
        status: 1,
      });
      expect(report.points[number - 1]?.remedy).not.toBe('');
      expect(JSON.stringify(report)).not.toContain(site.scenario.owner.key);
      expect(await liveObjects(site)).toEqual(before);
    },
    checkWithinMs,
  );

  it(
    'tells a person in six lines, without colors where nobody sees them',
    async () => {
      const { status, output } = await preship(site, 'any page may show the frame');
      expect(status).toBe(1);
      expect(output.match(/^ {2}[✓✗] \d {2}\S.*$/gm)).toHaveLength(6);
      expect(output).toContain('  ✗ 5  The frame is isolated');
      expect(output).toContain('may be shown by any page.');
      expect(output).toContain('→ ');
      expect(output).toContain('1 of six does not hold: not yet.');
      expect(output).not.toContain('\u001b');
    },
    checkWithinMs,
  );
});
