import { afterAll, describe, expect, test } from 'vitest';
import {
  contextWith,
  failureOf,
  functionStep,
  now,
  startEngine,
  startImpatientEngine,
} from './testing/start-engine.ts';

const engine = startEngine();
afterAll(() => engine.close());

function run(code: string, inputs: Record<string, unknown> = {}): Promise<unknown> {
  return engine.runStep(functionStep(code), contextWith(inputs));
}
/** The value of an expression inside the sandbox. */
function valueOf(expression: string): Promise<unknown> {
  return run(`export default (context) => (${expression});`);
}

/** An expression for arrays in arrays. */
function nested(levels: number): string {
  return `JSON.parse('['.repeat(${levels}) + ']'.repeat(${levels}))`;
}

describe('a function step', () => {
  test('sees inputs, earlier results, the workspace and the time of the run, and nothing else', async () => {
    expect(await run('export default (context) => context', { a: [1, 'x', null] })).toEqual(
      contextWith({ a: [1, 'x', null] }),
    );
  });

  test('may be asynchronous, at the top level too', async () => {
    expect(await run('const two = await Promise.resolve(2); export default async () => two + (await 1)')).toBe(3);
  });

  test.each([
    ['undefined', null],
    ['null', null],
    ['{ a: undefined, b: 1 }', { b: 1 }],
    ['[undefined]', [null]],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['({ toJSON() {} })', null],
    ['"ünïcödé 🎉"', 'ünïcödé 🎉'],
  ])('%s becomes %j', async (expression, result) => {
    expect(await valueOf(expression)).toEqual(result);
  });

  test.each([
    ['() => 1', 'it is a function'],
    ['({ a: () => 1 })', '"a" is a function'],
    ['NaN', 'it is NaN'],
    ['[1 / 0]', '"0" is Infinity'],
    ['10n', 'it is a big integer'],
    ['Symbol("s")', 'it is a symbol'],
    ['new Map([[1, 2]])', 'it is a map or a set'],
    ['(() => { const a = {}; a.a = a; return a; })()', 'it contains itself'],
  ])('%s is refused as a result: %s', async (expression, detail) => {
    const reason = await failureOf(valueOf(expression));
    expect(reason).toEqual({ kind: 'threw', detail: `The result is not JSON: ${detail}.` });
  });

  test('a result that is nested too deeply is refused, so that whoever prints it is safe', async () => {
    expect(await valueOf(nested(200))).toHaveLength(1);
    expect(await failureOf(valueOf(nested(201)))).toMatchObject({
      kind: 'threw',
      detail: expect.stringContaining('nested') as string,
    });
  });

  test.each([
    ['an error', 'export default () => { throw new RangeError("boom") }', 'RangeError: boom'],
    ['a value', 'export default () => { throw "boom" }', 'It threw boom'],
    ['nothing', 'export default () => { throw undefined }', 'It threw undefined'],
    ['a rejection', 'export default async () => { throw new Error("boom") }', 'Error: boom'],
    ['at the top level', 'throw new Error("boom"); export default () => 1', 'Error: boom'],
    ['after a top-level await', 'await 1; throw new Error("boom"); export default () => 1', 'Error: boom'],
    ['a trap', 'export default () => { throw { get message() { throw 1 } } }', 'cannot be put into words'],
    ['no default export', 'export const a = 1', 'no default export that is a function'],
    ['a default export that is no function', 'export default 1', 'no default export that is a function'],
    ['a promise that never settles', 'export default () => new Promise(() => {})', 'never settled'],
    ['a top level that never ends', 'await new Promise(() => {}); export default () => 1', 'never comes'],
    ['code that does not parse', 'export default (', 'SyntaxError'],
  ])('a failure of its own is told in its words: %s', async (_, code, detail) => {
    expect(await failureOf(run(code))).toEqual({ kind: 'threw', detail: expect.stringContaining(detail) as string });
  });

  test('the words of a failure are cut to a length that a log can bear', async () => {
    const reason = await failureOf(run('throw new Error("x".repeat(30_000_000)); export default () => 1'));
    expect(reason.kind === 'threw' && reason.detail.length).toBeLessThanOrEqual(2_000);
  });
});

describe('the limits of a function step', { timeout: 30_000 }, () => {
  const impatient = startImpatientEngine();
  afterAll(() => impatient.close());

  test.each([
    ['an endless loop', 'export default () => { for (;;); }'],
    ['an endless loop that catches everything', 'export default () => { for (;;) { try { for (;;); } catch {} } }'],
    ['an endless loop at the top level', 'for (;;); export default () => 1'],
    ['an endless chain of promises', 'export default async () => { for (;;) await null; }'],
    ['a regular expression that explodes', 'export default () => /^(a+)+$/.test("a".repeat(60) + "b")'],
    ['a built-in that loops', 'export default () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)'],
    ['an endless getter of the result', 'export default () => ({ get a() { for (;;); } })'],
  ])('%s runs into the time limit', async (_, code) => {
    const work = impatient.runStep(functionStep(code), contextWith());
    expect(await failureOf(work)).toEqual({ kind: 'limit', limit: 'time' });
  });

  test.each([
    ['one array', 'export default () => new Array(1e9).fill(1)'],
    ['one string', 'export default () => "x".repeat(2e8)'],
    ['strings without end', 'export default () => { let s = "x"; for (;;) s += s; }'],
    ['at the top level', 'const a = new Uint8Array(1e9); export default () => a.length'],
  ])('an allocation bomb runs into the memory limit: %s', async (_, code) => {
    expect(await failureOf(run(code))).toEqual({ kind: 'limit', limit: 'memory' });
  });

  test.each([
    ['a function', 'export default () => { const f = () => f(); f(); }'],
    ['an asynchronous function', 'export default () => { const f = async () => { await f(); }; return f(); }'],
    ['the parser', 'export default () => eval("(".repeat(1e5))'],
  ])('recursion without end runs into the stack limit: %s', async (_, code) => {
    expect(await failureOf(run(code))).toEqual({ kind: 'limit', limit: 'stack' });
  });

  test('a result of a mebibyte is handed over, one byte more is not', async () => {
    const length = 1024 * 1024 - 2;
    expect(await valueOf(`"x".repeat(${length})`)).toHaveLength(length);
    expect(await failureOf(valueOf(`"x".repeat(${length + 1})`))).toEqual({ kind: 'limit', limit: 'output' });
    // Counted in bytes, not in characters.
    expect(await failureOf(valueOf('"é".repeat(600_000)'))).toEqual({ kind: 'limit', limit: 'output' });
  });

  test('the step after one that hit a limit runs as if nothing had been', async () => {
    await failureOf(run('export default () => { const f = () => f(); f(); }'));
    await failureOf(run('export default () => new Array(1e9).fill(1)'));
    expect(await Promise.all([valueOf('1'), valueOf('2'), valueOf('3')])).toEqual([1, 2, 3]);
  });
});

describe('the walls of the sandbox', () => {
  test.each([
    'process',
    'require',
    'module',
    'Buffer',
    'fetch',
    'XMLHttpRequest',
    'WebSocket',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'performance',
    'console',
    'navigator',
    'WebAssembly',
    'Worker',
    'std',
    'os',
    'scriptArgs',
  ])('there is no %s', async (name) => {
    expect(await valueOf(`typeof ${name}`)).toBe('undefined');
    expect(await valueOf(`"${name}" in globalThis`)).toBe(false);
  });

  test.each([
    'globalThis.constructor.constructor("return process")()',
    '(() => {}).constructor("return process")()',
    '(async () => {}).constructor("return process")()',
    'context.constructor.constructor("return process")()',
    'context.inputs.constructor.constructor("return this.process.env")()',
    'Reflect.construct(Function, ["return process"])()',
    '(0, eval)("process")',
    '(() => { try { null.x } catch (error) { return error.constructor.constructor("return process")() } })()',
    'import.meta.require("fs")',
  ])('%s reaches nothing', async (expression) => {
    expect(await failureOf(valueOf(expression))).toMatchObject({ kind: 'threw' });
  });

  test.each([
    'import fs from "fs"; export default () => fs',
    'import fs from "node:fs"; export default () => fs',
    'import * as std from "std"; export default () => std',
    'import * as os from "os"; export default () => os',
    'import x from "./sandbox.ts"; export default () => x',
    'import x from "/etc/passwd"; export default () => x',
    'import x from "https://example.com/x.js"; export default () => x',
    'export * from "driver.js"; export default () => 1',
    'export default () => import("fs")',
    'export default async () => (await import("node:child_process")).execSync("id")',
  ])('nothing can be imported: %s', async (code) => {
    expect(await failureOf(run(code))).toEqual({
      kind: 'threw',
      detail: expect.stringContaining('could not load module') as string,
    });
  });

  test.each([
    'Date.now()',
    'new Date().getTime()',
    '+new Date',
    'new (new Date(0).constructor)().getTime()',
    'Reflect.construct(Date, []).getTime()',
    'new (class extends Date {})().getTime()',
    'new (Object.getPrototypeOf(new Date(5)).constructor)().getTime()',
    'Date.parse(Date())',
    'new Date(Date.prototype.constructor()).getTime()',
  ])('there is no time but the time of the run: %s', async (expression) => {
    expect(await valueOf(expression)).toBe(Date.parse(now));
  });

  test('a date works as dates do, in UTC', async () => {
    expect(await valueOf('new Date(2026, 0, 31, 13).toISOString()')).toBe('2026-01-31T13:00:00.000Z');
    expect(await valueOf('[Date.UTC(1970, 0, 2), new Date(0) instanceof Date, Date.name]')).toEqual([
      86_400_000,
      true,
      'Date',
    ]);
    expect(await valueOf('new (class Later extends Date { isLater() { return true; } })().isLater()')).toBe(true);
  });

  test('two runs share nothing: neither a global nor a changed built-in', async () => {
    const leave = `export default () => {
      globalThis.left = 'here';
      Object.prototype.polluted = 'here';
      Array.prototype.map = () => 'here';
      JSON.stringify = () => '"here"';
      Promise.prototype.then = () => 'here';
      return 1;
    }`;
    const look = `export default () => [typeof left, typeof {}.polluted, [1].map((n) => n), JSON.stringify(1)]`;
    // More often than there are workers, so that every worker has seen both.
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => run(i % 2 === 0 ? leave : look)));
    expect(answers).toEqual(answers.map((_, i) => (i % 2 === 0 ? 1 : ['undefined', 'undefined', [1], '1'])));
  });

  test('what a run changes cannot forge its own verdict into something that is not JSON', async () => {
    const code = `export default () => {
      JSON.stringify = () => 'not json';
      String.prototype.slice = () => 'forged';
      Number.isFinite = () => true;
      return { value: NaN };
    }`;
    expect(await failureOf(run(code))).toMatchObject({
      kind: 'threw',
      detail: expect.stringContaining('NaN') as string,
    });
  });
});

test('a result that leaves the interpreter short of memory is given all the same, and the next run is as good as any', async () => {
  const code = "export default () => Array.from({ length: 60_000 }, (_, n) => ({ ['k' + n]: n }))";
  expect(await run(code)).toHaveLength(60_000);
  expect(await run('export default () => 7')).toBe(7);
});
