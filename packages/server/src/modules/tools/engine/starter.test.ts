import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** An engine in a process of its own, so that it can be killed. */
const entry = fileURLToPath(new URL('./testing/engine-process.ts', import.meta.url));
const honest = 'export default () => 1';
/** Hears nothing of what happens around it, and would end in days. */
const deaf = 'export default () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)';

let server: ChildProcess;
beforeEach(() => {
  server = fork(entry);
});
afterEach(() => server.kill('SIGKILL'));

/** What the step gave, or the kind of its failure. */
async function run(code: string): Promise<unknown> {
  server.send(code);
  const [answer] = (await once(server, 'message')) as [unknown];
  return answer;
}

type Line = { pid: number; parent: number; command: string };

/** Those that are dead and were not looked after by a parent are not there. */
function listProcesses(): Line[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines.flatMap((line) => {
    const [pid, parent, state = '', ...command] = line.trim().split(/\s+/);
    return state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), command: command.join(' ') }];
  });
}

function startedBy(parent: number | undefined, file: string): number[] {
  return listProcesses().flatMap((line) => (line.parent === parent && line.command.includes(file) ? [line.pid] : []));
}

function starterOf(of: ChildProcess): number {
  const [pid, ...others] = startedBy(of.pid, 'starter-process.ts');
  if (pid === undefined || others.length > 0) throw new Error('There is not exactly one starter.');
  return pid;
}

async function expectGone(pids: readonly number[]): Promise<void> {
  const left = (): number[] => listProcesses().flatMap(({ pid }) => (pids.includes(pid) ? [pid] : []));
  await expect.poll(left).toEqual([]);
}

test('workers are started by the starter, and the server starts nothing else', async () => {
  expect(await run(honest)).toEqual({ result: 1 });
  expect(startedBy(server.pid, '')).toEqual([starterOf(server)]);
  expect(startedBy(starterOf(server), 'tool-worker.ts')).toHaveLength(1);
});

test('a starter that is killed takes its workers along, idle and busy ones; what runs fails as crashed, and the next run works', async () => {
  expect(await run(honest)).toEqual({ result: 1 });
  const starter = starterOf(server);
  const busy = run(deaf);
  // One is busy now, and another was started for this one.
  server.send(honest);
  expect(await busy).toEqual({ result: 1 });
  const workers = startedBy(starter, 'tool-worker.ts');
  expect(workers).toHaveLength(2);

  const crashed = once(server, 'message');
  process.kill(starter, 'SIGKILL');
  expect(await crashed).toEqual([{ kind: 'crashed' }, undefined]);
  await expectGone([starter, ...workers]);
  expect(await run(honest)).toEqual({ result: 1 });
  expect(starterOf(server)).not.toBe(starter);
});

test('a server that is killed leaves no process behind, not even a busy one', async () => {
  expect(await run(honest)).toEqual({ result: 1 });
  server.send(deaf);
  expect(await run(honest)).toEqual({ result: 1 });
  const starter = starterOf(server);
  const workers = startedBy(starter, 'tool-worker.ts');
  expect(workers).toHaveLength(2);
  server.kill('SIGKILL');
  await expectGone([starter, ...workers]);
});

test('an idle starter and its workers do not keep the server from ending, and end with it', async () => {
  expect(await run(honest)).toEqual({ result: 1 });
  const starter = starterOf(server);
  const workers = startedBy(starter, 'tool-worker.ts');
  const ended = once(server, 'exit');
  server.disconnect();
  expect(await ended).toEqual([0, null]);
  await expectGone([starter, ...workers]);
});

test('a server that is killed before it took over what was started leaves no process behind', async () => {
  const deafServer = fork(fileURLToPath(new URL('./testing/deaf-server.ts', import.meta.url)));
  try {
    const started = (): number[] =>
      startedBy(deafServer.pid, 'starter-process.ts').flatMap((starter) => startedBy(starter, 'started-for-nobody'));
    await expect.poll(started).toHaveLength(1);
    const all = [starterOf(deafServer), ...started()];
    deafServer.kill('SIGKILL');
    await expectGone(all);
  } finally {
    deafServer.kill('SIGKILL');
  }
});
