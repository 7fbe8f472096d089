import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startEchoModel } from '../packages/server/src/echo-model/server.ts';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import { bareLoad } from './cases.ts';
import { ask, textOf } from './installation.ts';
import { putLoad, type LoadRequest } from './load.ts';
import { startBareRoute, startMicroapp, type MeasuredProcess } from './measured-process.ts';
import { readUsage } from './process-usage.ts';
import { delayMonitor, readEventLoopDelay, type EventLoopDelay } from './read-event-loop-delay.ts';
import { percentile } from './statistics.ts';

/** Runs of well-behaved tools under one circumstance, and how late the server's event loop was meanwhile. */
export type ToolsResult = {
  title: string;
  /** Whether hostile tools were run meanwhile. */
  isHostile: boolean;
  runsPerSecond: number;
  /** As a part of the bare route's requests per second, measured just before. */
  throughputRatio: number;
  p99Ms: number;
  eventLoop: EventLoopDelay;
  /** The bare route's, at the same time and without any load: what the machine itself does to an event loop. */
  bareEventLoop: EventLoopDelay;
  /** Resident memory of all tool processes; undefined where it cannot be read. */
  poolBytes: number | undefined;
};

const stepKinds = ['transform', 'function', 'http', 'llm'] as const;
const toolCounts = [1, 10, 100] as const;
const hostileCallers = [1, 2] as const;
/** A run waits for hostile ones that take seconds each: in fewer seconds there might be no answer at all. */
const hostileSecondsMin = 20;
/** What a run that was stopped, or for which there was no room, is answered with; and one that only used much. */
const hostileStatuses: ReadonlySet<number> = new Set([200, 502, 503, 504]);

const megabyte = 1024 * 1024;

/** One attack of each kind that the sandbox stops in a way of its own, and the most that a run may take in and give back. */
const hostileSteps = [
  { kind: 'function', code: 'export default () => { for (;;); }' },
  { kind: 'function', code: 'export default () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)' },
  { kind: 'function', code: 'export default () => { const kept = []; for (;;) kept.push(new Array(1e4).fill(1)); }' },
  { kind: 'function', code: 'export default () => { const f = () => f(); f(); }' },
  { kind: 'function', code: `export default () => 'x'.repeat(${megabyte - 100})` },
  { kind: 'function', code: "export default () => Array.from({ length: 60000 }, (_, n) => ({ ['k' + n]: n }))" },
  { kind: 'transform', expression: '[1..5000].($x := $; [1..5000].($x * $))' },
  { kind: 'transform', expression: '$match($pad("", 60, "a") & "b", /^(a+)+$/)' },
] as const;

/** On a server of its own: it is asked how late its event loop is. Ends when all is measured. */
export async function measureTools(folder: string, ownerKey: string, seconds: number): Promise<ToolsResult[]> {
  await using outside = await startOutside();
  const settings = {
    dataDir: join(folder, 'tools'),
    ownerKey,
    profileFolder: undefined,
    outboundAllow: [outside.endpoint, outside.model].map(({ host }) => host),
  };
  await using microapp = await startMicroapp(settings, delayMonitor);
  await using bareRoute = await startBareRoute(delayMonitor);
  const servers = { microapp, bareRoute };
  const tools = await prepareTools(microapp.url, ownerKey, outside);

  const results: ToolsResult[] = [];
  for (const kind of stepKinds) {
    for (const count of toolCounts) {
      const runs = tools.honest[kind].slice(0, count);
      // Those that wait for somebody else are made once.
      if (runs.length < count) continue;
      results.push(
        await measure(`${count} ${kind} tool${count === 1 ? '' : 's'}`, servers, { runs, seconds, isHostile: false }),
      );
    }
  }
  const runs = tools.honest.transform.slice(0, 1);
  for (const callers of hostileCallers) {
    const hostile = await attack(microapp.url, tools.hostile, callers);
    const title = `1 transform tool, ${callers} caller${callers === 1 ? '' : 's'} of hostile ones`;
    results.push(
      await measure(title, servers, { runs, seconds: Math.max(seconds, hostileSecondsMin), isHostile: true }),
    );
    await hostile.end();
  }
  return results;
}

type Servers = { microapp: MeasuredProcess; bareRoute: MeasuredProcess };

async function measure(
  title: string,
  { microapp, bareRoute }: Servers,
  { runs, seconds, isHostile }: { runs: readonly LoadRequest[]; seconds: number; isHostile: boolean },
): Promise<ToolsResult> {
  const expected = { status: 200, contains: '"status":"ok"' };
  await putLoad(microapp.url, { again: runs, seconds: seconds / 2 }, expected);
  const bare = bareLoad('POST', seconds / 2);
  const bareResult = await putLoad(bareRoute.url, bare.load, bare.expected);
  await Promise.all([readEventLoopDelay(microapp.pid), readEventLoopDelay(bareRoute.pid)]);
  const result = await putLoad(microapp.url, { again: runs, seconds }, expected);
  const [eventLoop, bareEventLoop, usage] = await Promise.all([
    readEventLoopDelay(microapp.pid),
    readEventLoopDelay(bareRoute.pid),
    readUsage(microapp.pid),
  ]);
  const runsPerSecond = result.answers / result.seconds;
  return {
    title,
    isHostile,
    runsPerSecond,
    throughputRatio: runsPerSecond / (bareResult.answers / bareResult.seconds),
    p99Ms: percentile(result.latenciesMs, 99),
    eventLoop,
    bareEventLoop,
    poolBytes: usage?.childrenResidentBytes,
  };
}

type Runs = {
  /** Each of a tool of its own. */
  honest: Record<(typeof stepKinds)[number], LoadRequest[]>;
  hostile: LoadRequest[];
};

/** What tools call: it answers at once, from this process, so that what is measured is the server's own part. */
async function startOutside(): Promise<{ endpoint: URL; model: URL; [Symbol.asyncDispose](): Promise<void> }> {
  const endpoint = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"price":42}');
    });
  }).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const { port } = endpoint.address() as AddressInfo; // of a server that listens on a port
  const model = await startEchoModel({ clock: systemClock });
  return {
    endpoint: new URL(`http://127.0.0.1:${port}/price`),
    model: new URL(model.url),
    async [Symbol.asyncDispose]() {
      endpoint.closeAllConnections();
      endpoint.close();
      await model.close();
    },
  };
}

async function prepareTools(
  url: string,
  ownerKey: string,
  { endpoint, model }: { endpoint: URL; model: URL },
): Promise<Runs> {
  const create = (path: string, body?: unknown): Promise<unknown> =>
    ask(url, { method: 'POST', path, headers: { authorization: `Bearer ${ownerKey}` }, body });
  const makeTool = async (slug: string, step: object): Promise<string> => {
    const spec = { inputs: { type: 'object' }, steps: [{ name: 'step', ...step }] };
    await create('/v1/apps', { slug, kind: 'tool', name: slug, spec });
    await create(`/v1/apps/${slug}/publish`);
    return slug;
  };
  const makeTools = async (prefix: string, steps: readonly object[]): Promise<string[]> => {
    const slugs: string[] = [];
    for (const [index, step] of steps.entries()) slugs.push(await makeTool(`${prefix}-${index}`, step));
    return slugs;
  };

  const many = Array.from({ length: Math.max(...toolCounts) }, (_, index) => index);
  const transforms = await makeTools(
    'transform',
    many.map((n) => ({ kind: 'transform', expression: `$sum([1..100].($ * ${n}))` })),
  );
  const functions = await makeTools(
    'function',
    many.map((n) => ({ kind: 'function', code: `export default ({ inputs }) => inputs.n * ${n}` })),
  );
  const calls = await makeTools('call', [{ kind: 'http', url: `${endpoint.href}?n={{ inputs.n }}`, method: 'GET' }]);
  const key = {
    provider: 'openai-compatible',
    key: 'the-echo-server',
    baseUrl: `${model.origin}/v1`,
    defaultModel: 'echo',
  };
  await create('/v1/provider-keys', key);
  const prompts = await makeTools('prompt', [{ kind: 'llm', prompt: 'Say {{ inputs.n }}.' }]);
  const hostile = await makeTools('hostile', hostileSteps);

  const workspace = await create('/v1/workspaces', { name: 'Bench', portalEnabled: true, features: ['tool:run'] });
  const tokenFor = async (apps: string[]): Promise<string> => {
    const path = `/v1/workspaces/${textOf(workspace, 'id')}/embed-tokens`;
    return textOf(await create(path, { apps, permissions: ['tool:run'] }), 'token');
  };
  const runsOf = async (slugs: string[], inputs: object): Promise<LoadRequest[]> => {
    const headers = { 'x-microapp-embed-token': await tokenFor(slugs) };
    return slugs.map((slug) => ({
      method: 'POST',
      path: `/api/tools/${slug}/run?embed=1`,
      headers,
      body: { inputs },
    }));
  };
  /** With as much as a run may be sent, by turns as one text, and as what takes parsers and scanners longest. */
  const hostileRuns = async (slugs: string[]): Promise<LoadRequest[]> => {
    const forms = await Promise.all(
      [
        { text: 'x'.repeat(2 * megabyte - 1_000) },
        { rows: Array.from({ length: 118_000 }, (_, n) => ({ [`k${n}`]: n })) },
        { rows: Array.from({ length: megabyte - 1_000 }, () => 7) },
        { rows: Array.from({ length: 690_000 }, () => []) },
      ].map((inputs) => runsOf(slugs, inputs)),
    );
    // Another form each time, and every tool with every form in the end.
    return slugs.flatMap((_, round) => forms.flatMap((runs, form) => runs.at((round + form) % runs.length) ?? []));
  };
  return {
    honest: {
      transform: await runsOf(transforms, { n: 1 }),
      function: await runsOf(functions, { n: 1 }),
      http: await runsOf(calls, { n: 1 }),
      llm: await runsOf(prompts, { n: 1 }),
    },
    hostile: await hostileRuns(hostile),
  };
}

/** Runs hostile tools, one after another by each caller, until it is ended. Throws at an answer that is none of theirs. */
async function attack(
  url: string,
  runs: readonly LoadRequest[],
  callerCount: number,
): Promise<{ end(): Promise<void> }> {
  let isOver = false;
  async function call(first: number): Promise<void> {
    for (let turn = first; !isOver; turn++) {
      const run = runs[turn % runs.length];
      if (run === undefined) throw new Error('There is nothing hostile to run.');
      const { status } = await fetch(`${url}${run.path}`, {
        method: run.method,
        headers: { 'content-type': 'application/json', ...run.headers },
        body: JSON.stringify(run.body),
      });
      if (!hostileStatuses.has(status)) throw new Error(`${run.path} was answered with ${status}.`);
    }
  }
  const callers = Promise.all(Array.from({ length: callerCount }, (_, caller) => call(caller)));
  // Looked at when it ends; until then nobody does.
  callers.catch(() => undefined);
  return {
    async end() {
      isOver = true;
      await callers;
    },
  };
}
