import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { compiledCode } from './compiled-code.ts';

/** The server as somebody starts it: a process of its own, on a port of this machine. */
export type ServerProcess = {
  url: string;
  pid: number;
  /** All that it has printed so far, on both channels. */
  output(): string;
  /** Sends the signal and waits for the end; the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>;
};

export type Settings = Readonly<Record<string, string>>;

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const readyLine = '  Dashboard  ';

/** The same server with streams to hold open, for tests. */
export const streamingProgram = fileURLToPath(new URL('streaming-server.ts', import.meta.url));

/**
 * Starts a server and waits until it says that it is ready. Without PORT it takes a free one. Throws what it printed when
 * it ends before. `program` is another file to run than the server's own.
 */
export async function startServer(settings: Settings, program: string = main): Promise<ServerProcess> {
  const port = settings['PORT'] ?? String(await freePort());
  const child = spawnServer({ ...settings, PORT: port }, program);
  const output = outputOf(child);
  const ended = endOf(child);
  await Promise.race([
    untilPrinted(child, output, readyLine),
    ended.then((end) => {
      throw new Error(`the server ended with ${end} before it was ready:\n${output()}`);
    }),
  ]);
  if (child.pid === undefined) throw new Error('the server has no process');
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    output,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Starts a server that is expected to give up, and waits for its end. */
export async function failToStart(settings: Settings): Promise<{ end: number | string; output: string }> {
  const child = spawnServer(settings);
  const output = outputOf(child);
  const end = await endOf(child);
  return { end, output: output() };
}

/** A server on a pseudo-terminal, as a person sees it. `end` presses Ctrl-C and answers all that stood on the screen. */
export async function startOnTerminal(settings: Settings): Promise<{ screen(): string; end(): Promise<string> }> {
  const port = String(await freePort());
  // `script` belongs to every Linux; it opens the terminal and passes on what is typed and what is printed.
  const child = spawn(
    'script',
    ['--quiet', '--return', '--command', `exec '${process.execPath}' '${main}'`, '/dev/null'],
    {
      env: environment({ ...settings, PORT: port }),
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const screen = outputOf(child);
  const ended = endOf(child);
  await Promise.race([
    untilPrinted(child, screen, readyLine),
    ended.then((end) => {
      throw new Error(`the server ended with ${end} before it was ready:\n${screen()}`);
    }),
  ]);
  return {
    screen,
    async end() {
      child.stdin?.write('\u0003');
      await ended;
      return screen();
    },
  };
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const { port, release } = await takePort();
  await release();
  return port;
}

/** A port on which somebody else listens, until it is released. */
export async function takePort(): Promise<{ port: number; release: () => Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    port: address.port,
    async release() {
      server.close();
      await once(server, 'close');
    },
  };
}

const running = new Set<ChildProcess>();

/** Ends what a test has left running, at once. */
export function killLeftServers(): void {
  for (const child of running) child.kill('SIGKILL');
}

function spawnServer(settings: Settings, program: string = main): ChildProcess {
  return spawn(process.execPath, [program], { env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Nothing of the tests' own environment but what a program needs to run at all; no demo unless it is asked for. */
function environment(settings: Settings): Settings {
  return { PATH: process.env['PATH'] ?? '', ...compiledCode, DEMO: 'off', ...settings };
}

function outputOf(child: ChildProcess): () => string {
  let text = '';
  for (const channel of [child.stdout, child.stderr]) {
    channel?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

async function endOf(child: ChildProcess): Promise<number | string> {
  running.add(child);
  // `close`, not `exit`: then everything that was printed has arrived, too.
  const [code, signal] = await once(child, 'close');
  running.delete(child);
  return code ?? signal;
}

async function untilPrinted(child: ChildProcess, output: () => string, text: string): Promise<void> {
  while (!output().includes(text)) {
    if (child.stdout === null || child.stdout.readableEnded) return;
    await once(child.stdout, 'data');
  }
}
