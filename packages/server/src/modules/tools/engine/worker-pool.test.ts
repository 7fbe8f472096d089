import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../../platform/clock.ts';
import {
  contextWith,
  failureOf,
  functionStep,
  startEngine,
  startImpatientEngine,
  transformStep,
} from './testing/start-engine.ts';

/** One worker, so that the order of things is known; two places in line. */
const engine = startEngine({ workersMax: 1, waitingTasksMax: 2 });
const impatient = startImpatientEngine({ workersMax: 1 });

// Warm, so that nobody waits for the start of a worker.
beforeAll(() => Promise.all([engine, impatient].map((each) => each.runStep(honest, contextWith()))));
afterAll(() => Promise.all([engine.close(), impatient.close()]));

/** Loops until it is interrupted, and lets the worker live. */
const soft = functionStep('export default () => { for (;;); }');
/** Cannot be interrupted; costs the worker. */
const hard = functionStep('export default () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)');
const honest = transformStep('inputs.n');

function runHonest(n: number, signal?: AbortSignal): Promise<unknown> {
  return engine.runStep(honest, contextWith({ n }), signal === undefined ? {} : { signal });
}

test('the death of a worker fails the task in it, and none that waits', async () => {
  const caller = new AbortController();
  const killed = failureOf(engine.runStep(hard, contextWith(), { signal: caller.signal }));
  const waiting = [runHonest(1), runHonest(2)];
  caller.abort();
  expect(await killed).toEqual({ kind: 'aborted' });
  expect(await Promise.all(waiting)).toEqual([1, 2]);
});

test('a worker that does not get ready in time holds up nobody for ever: those in line are told, and whoever comes next is served', async () => {
  let isStuck = true;
  let started = 0;
  // While the machine is stuck, every start takes longer than it may.
  const after: Clock['after'] = (delayMs, task) => {
    started += 1;
    return systemClock.after(isStuck ? 0 : delayMs, task);
  };
  const stuck = startEngine({ workersMax: 1, waitingTasksMax: 2 }, { after });
  const inLine = [1, 2].map((n) => failureOf(stuck.runStep(honest, contextWith({ n }))));
  const told = { kind: 'crashed', detail: 'no worker starts' };
  expect(await Promise.all(inLine)).toEqual([told, told]);
  expect(started).toBe(3);
  isStuck = false;
  expect(await stuck.runStep(honest, contextWith({ n: 3 }))).toBe(3);
  await stuck.close();
});

test('the time in line does not count against a step', async () => {
  const inLine = [soft, soft, soft, soft].map((step) => failureOf(impatient.runStep(step, contextWith())));
  // Waits for longer than the hard limit.
  expect(await impatient.runStep(honest, contextWith({ n: 1 }))).toBe(1);
  await Promise.all(inLine);
});

test('those in line are served in the order of their arrival', async () => {
  const served: number[] = [];
  const busy = engine.runStep(functionStep('export default () => 0'), contextWith());
  await Promise.all([busy, ...[1, 2].map(async (n) => served.push((await runHonest(n)) as number))]);
  expect(served).toEqual([1, 2]);
});

test('a task beyond the line is refused at once, and nothing of it is run', async () => {
  const accepted = [runHonest(1), runHonest(2), runHonest(3)];
  expect(await failureOf(runHonest(4))).toEqual({ kind: 'overloaded' });
  expect(await Promise.all(accepted)).toEqual([1, 2, 3]);
  expect(await runHonest(5)).toBe(5);
});

test('a caller who gives up in line leaves it at once, and the running task goes on', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const running = failureOf(engine.runStep(hard, contextWith(), { signal: first.signal }));
  const inLine = failureOf(runHonest(2, second.signal));
  second.abort();
  // Answered while the worker is still busy, for the running step ends only now.
  expect(await inLine).toEqual({ kind: 'aborted' });
  first.abort();
  expect(await running).toEqual({ kind: 'aborted' });
});

test('a caller who gives up on a running step ends it, long before its time limit', async () => {
  const caller = new AbortController();
  const running = failureOf(engine.runStep(hard, contextWith(), { signal: caller.signal }));
  const next = runHonest(1);
  caller.abort();
  expect(await running).toEqual({ kind: 'aborted' });
  expect(await next).toBe(1);
});

test('a signal that has fired already runs nothing', async () => {
  expect(await failureOf(runHonest(1, AbortSignal.abort()))).toEqual({ kind: 'aborted' });
});

test('work on a worker does not hold the thread of the server', async () => {
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 1);
  await failureOf(impatient.runStep(soft, contextWith()));
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(10);
});

test('closing lets the running step finish, turns away those in line, and takes nothing more', async () => {
  const closing = startEngine({ workersMax: 1 });
  await closing.runStep(honest, contextWith({ n: 0 }));
  const running = closing.runStep(honest, contextWith({ n: 1 }));
  const inLine = failureOf(closing.runStep(honest, contextWith({ n: 2 })));
  const closed = closing.close();
  expect(await failureOf(closing.runStep(honest, contextWith({ n: 3 })))).toEqual({ kind: 'overloaded' });
  expect(await inLine).toEqual({ kind: 'overloaded' });
  expect(await running).toBe(1);
  await closed;
});
