import {
  newQuickJSWASMModule,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from 'quickjs-emscripten';
import { replyWithin } from './json-text.ts';
import type { EngineLimits } from './limits.ts';
import { sandboxDriverSource } from './sandbox-driver.ts';
import { limitReached, threw, type FailureReason, type StepLimit } from './step-failure.ts';
import type { Reply } from './tasks.ts';

/**
 * Function steps: JavaScript in QuickJS, which is WebAssembly without imports that reach anything. Every run has a
 * runtime and a context of its own, so two runs share nothing; they are made ahead, between two runs. The WebAssembly
 * module is shared and kept warm, and thrown away after any run that hit a limit: its memory has grown, and its state may
 * be half done.
 *
 * The steps of a run: driver (stops the clock) → the tool's module, evaluated → its default export, called with the
 * context → promises, until all are settled or nothing moves any more → the outcome, as JSON text.
 */
export type Sandbox = {
  run(code: string, contextText: string, nowMs: number): Promise<Reply>;
  /** A sentence about what keeps the code from being run, if anything. Evaluates the module, calls nothing. */
  problemOf(code: string): Promise<string | undefined>;
  /** Cleans up after the last run and prepares the next; call it when nobody waits. */
  refresh(): Promise<void>;
};

/** Measured: at 6 MB of process stack this is safe for the deepest native recursion of the interpreter, parsing. */
const stackBytesMax = 512 * 1024;
/** Promise jobs between two looks at the clock. */
const jobsPerLook = 1_000;
const moduleName = 'tool.js';

export async function createSandbox(monotonicMs: () => number, limits: EngineLimits): Promise<Sandbox> {
  let warmModule: QuickJSWASMModule | undefined;
  let next: Promise<SandboxRun> | undefined;
  let used: SandboxRun | undefined;

  async function prepare(): Promise<SandboxRun> {
    warmModule ??= await newQuickJSWASMModule();
    return new SandboxRun(warmModule, monotonicMs, limits);
  }

  async function withRun<Result>(work: (run: SandboxRun) => Result): Promise<Result | FailureReason> {
    const run = await (next ?? prepare());
    next = undefined;
    try {
      const result = run.attempt(work);
      used = run;
      return result;
    } catch (error) {
      // Nothing is freed: the module goes as a whole.
      warmModule = undefined;
      return run.limitOf(error);
    }
  }

  async function refresh(): Promise<void> {
    try {
      used?.dispose();
    } catch {
      // The interpreter has lost sight of objects, as it can when memory ran short: the module goes as a whole.
      warmModule = undefined;
    }
    used = undefined;
    next ??= prepare();
    await next;
  }

  await refresh();
  return {
    async run(code, contextText, nowMs) {
      const result = await withRun((run) => run.call(code, contextText, nowMs));
      return typeof result === 'string' ? replyWithin(limits, result) : { ok: false, reason: result };
    },

    async problemOf(code) {
      const found = await withRun((run) => run.problemOf(code));
      if (found === undefined || typeof found === 'string') return found;
      if (found.kind === 'limit') return `The code runs into a limit (${found.limit}) before anything is called.`;
      return found.kind === 'threw' ? `The code cannot be run: ${found.detail}` : 'The code cannot be run.';
    },

    refresh,
  };
}

/** The tool failed by itself, and the sandbox is as good as before. */
class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** The tool hit a limit, and the sandbox may be in any state. */
class LimitReached extends Error {
  readonly limit: StepLimit;

  constructor(limit: StepLimit) {
    super(limit);
    this.limit = limit;
  }
}

type Driver = { run: QuickJSHandle; fail: QuickJSHandle; outcome: QuickJSHandle };

class SandboxRun {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #handles: QuickJSHandle[] = [];
  readonly #monotonicMs: () => number;
  readonly #limits: EngineLimits;
  readonly #prepareDriver: QuickJSHandle;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #driver: Driver | undefined;
  #outOfTime = false;

  constructor(module: QuickJSWASMModule, monotonicMs: () => number, limits: EngineLimits) {
    this.#monotonicMs = monotonicMs;
    this.#limits = limits;
    this.#runtime = module.newRuntime({
      memoryLimitBytes: limits.functionHeapBytes,
      maxStackSizeBytes: stackBytesMax,
      interruptHandler: () => this.#isOutOfTime(),
    });
    this.#context = this.#runtime.newContext();
    const driver = this.#context.evalCode(sandboxDriverSource, 'driver.js', { type: 'global' });
    this.#prepareDriver = this.#keep(this.#context.unwrapResult(driver));
  }

  /** What `work` returns, or the tool's own failure. Throws for everything that costs the sandbox; see `limitOf`. */
  attempt<Result>(work: (run: SandboxRun) => Result): Result | FailureReason {
    try {
      return work(this);
    } catch (error) {
      if (error instanceof ToolError) return threw(error.message);
      throw error;
    }
  }

  limitOf(error: unknown): FailureReason {
    if (this.#outOfTime) return limitReached('time');
    if (error instanceof LimitReached) return limitReached(error.limit);
    // Recursion that the interpreter's own limit did not see coming; else the interpreter itself ran out of memory.
    return limitReached(error instanceof RangeError ? 'stack' : 'memory');
  }

  /** The result of the tool's function as JSON text. */
  call(code: string, contextText: string, nowMs: number): string {
    const driver = this.#startDriver(contextText, nowMs);
    const fn = this.#defaultExportOf(code);
    this.#keep(this.#unwrap(this.#context.callFunction(driver.run, this.#context.undefined, fn)));
    this.#runJobs();
    return this.#textOfOutcome();
  }

  problemOf(code: string): string | undefined {
    this.#startDriver('null', 0);
    const fn = this.#defaultExportOf(code);
    if (this.#context.typeof(fn) === 'function') return undefined;
    return 'The code needs a default export that is a function: export default (context) => result.';
  }

  dispose(): void {
    for (const handle of this.#handles) handle.dispose();
    this.#context.dispose();
    this.#runtime.dispose();
  }

  #startDriver(contextText: string, nowMs: number): Driver {
    this.#deadlineMs = this.#monotonicMs() + this.#limits.softTimeMs;
    const context = this.#context;
    const parts = this.#keep(
      context.unwrapResult(
        context.callFunction(
          this.#prepareDriver,
          context.undefined,
          this.#keep(context.newNumber(nowMs)),
          this.#keep(context.newString(contextText)),
          this.#keep(context.newNumber(this.#limits.outputBytesMax)),
        ),
      ),
    );
    this.#driver = {
      run: this.#keep(context.getProp(parts, 'run')),
      fail: this.#keep(context.getProp(parts, 'fail')),
      outcome: this.#keep(context.getProp(parts, 'outcome')),
    };
    return this.#driver;
  }

  #textOfOutcome(): string {
    const text = this.#outcome('text');
    switch (this.#outcome('state')) {
      case 'done':
        return text;
      case 'too-large':
        throw new LimitReached('output');
      case 'threw':
        throw this.#failure(this.#outcome('name'), text);
      default:
        throw this.#failure('', 'The function returned a promise that is never settled.');
    }
  }

  /** A tool can throw these errors itself; then it is told that it hit a limit, and nothing else comes of it. */
  #failure(name: string, text: string): Error {
    if (this.#outOfTime) return new LimitReached('time');
    if (/^(out of memory|string too long|invalid array buffer length)/.test(text)) return new LimitReached('memory');
    if (text.startsWith('stack overflow')) return new LimitReached('stack');
    return new ToolError(name === '' ? text : `${name}: ${text}`);
  }

  #defaultExportOf(code: string): QuickJSHandle {
    const evaluated = this.#keep(this.#unwrap(this.#context.evalCode(code, moduleName, { type: 'module' })));
    this.#runJobs();
    return this.#keep(this.#context.getProp(this.#settled(evaluated), 'default'));
  }

  /** A module with a top-level await evaluates to a promise of its namespace. */
  #settled(evaluated: QuickJSHandle): QuickJSHandle {
    const state = this.#context.getPromiseState(evaluated);
    switch (state.type) {
      case 'fulfilled':
        return state.notAPromise === true ? evaluated : this.#keep(state.value);
      case 'rejected':
        throw this.#thrown(this.#keep(state.error));
      case 'pending':
        throw new ToolError('The code waits at its top level for something that never comes.');
    }
  }

  #runJobs(): void {
    while (this.#runtime.hasPendingJob()) {
      const done = this.#runtime.executePendingJobs(jobsPerLook);
      if (done.error !== undefined) throw this.#thrown(this.#keep(done.error));
      if (this.#isOutOfTime()) throw new LimitReached('time');
    }
  }

  #isOutOfTime(): boolean {
    this.#outOfTime ||= this.#monotonicMs() > this.#deadlineMs;
    return this.#outOfTime;
  }

  #unwrap(result: { value: QuickJSHandle; error?: undefined } | { error: QuickJSHandle }): QuickJSHandle {
    if (result.error !== undefined) throw this.#thrown(this.#keep(result.error));
    return result.value;
  }

  /** Put into words inside the sandbox: out here, a message of sixty megabytes would be our memory. */
  #thrown(thrown: QuickJSHandle): Error {
    if (this.#driver === undefined) return new LimitReached('memory');
    const described = this.#context.callFunction(this.#driver.fail, this.#context.undefined, thrown);
    this.#keep(described.error ?? described.value);
    return this.#failure(this.#outcome('name'), this.#outcome('text'));
  }

  #outcome(property: 'state' | 'name' | 'text'): string {
    if (this.#driver === undefined) return '';
    return this.#context.getString(this.#keep(this.#context.getProp(this.#driver.outcome, property)));
  }

  #keep<Handle extends QuickJSHandle>(handle: Handle): Handle {
    this.#handles.push(handle);
    return handle;
  }
}
