import { afterAll, describe, expect, test } from 'vitest';
import {
  contextWith,
  failureOf,
  now,
  startEngine,
  startImpatientEngine,
  transformStep,
} from './testing/start-engine.ts';

const engine = startEngine();
afterAll(() => engine.close());

function run(expression: string, inputs: Record<string, unknown> = {}): Promise<unknown> {
  return engine.runStep(transformStep(expression), contextWith(inputs));
}

/** With `$clone` out of the way, a transform writes to the thing itself. */
function withoutClone(transform: string): string {
  return `($clone := function($x) { $x }; $f := function($x) { $x }; $$ ~> ${transform}; 1)`;
}

describe('a transform step', () => {
  test('sees inputs, earlier results, the workspace and the time of the run, and nothing else', async () => {
    expect(await run('$', { a: [1, 'x', null] })).toEqual(contextWith({ a: [1, 'x', null] }));
  });

  test.each([
    ['inputs.missing', null],
    ['[1..3].($ * 2)', [2, 4, 6]],
    ['$map([1], function($v) { $v })', 1],
    ['{ "toString": 1, "constructor": 2 }', { toString: 1, constructor: 2 }],
    ['$sum(inputs.rows.price)', 5],
    [
      'inputs.rows ~> |$|{ "seen": true }|',
      [
        { price: 2, seen: true },
        { price: 3, seen: true },
      ],
    ],
  ])('%s is %j', async (expression, result) => {
    expect(await run(expression, { rows: [{ price: 2 }, { price: 3 }] })).toEqual(result);
  });

  test('there is no time but the time of the run, in UTC', async () => {
    expect(await run('[$now(), $millis(), $now("[H]:[m]"), $toMillis("08:00", "[H]:[m]"), $eval("$now()")]')).toEqual([
      now,
      Date.parse(now),
      '12:00',
      Date.parse('2026-03-01T08:00:00.000Z'),
      now,
    ]);
  });

  test('a time of one run is not the time of the next, though the expression is kept', async () => {
    const later = { ...contextWith(), now: '2027-01-01T00:00:00.000Z' };
    expect(await run('$now()')).toBe(now);
    expect(await engine.runStep(transformStep('$now()'), later)).toBe(later.now);
  });

  test.each([
    ['$sum', 'it is a function'],
    ['{ "f": function($x) { $x } }', '"f" is a function'],
    ['1 / 0', 'it is Infinity'],
    ['[$sum]', '"0" is a function'],
  ])('%s is refused as a result: %s', async (expression, detail) => {
    expect(await failureOf(run(expression))).toEqual({ kind: 'threw', detail: `The result is not JSON: ${detail}.` });
  });

  test.each([
    ['$error("mine")', 'mine'],
    ['inputs.a + "x"', 'must evaluate to a number'],
    ['$nope(1)', 'Attempted to invoke a non-function'],
    ['1 +', 'end of expression'],
    ['$eval("1 +")', 'Syntax error'],
  ])('a failure of its own is told in words: %s', async (expression, detail) => {
    const reason = await failureOf(run(expression, { a: 1 }));
    expect(reason).toEqual({ kind: 'threw', detail: expect.stringContaining(detail) as string });
  });
});

describe('the limits of a transform step', { timeout: 30_000 }, () => {
  const impatient = startImpatientEngine();
  afterAll(() => impatient.close());

  test.each([
    ['endless recursion in constant space', '($f := function($n) { $f($n + 1) }; $f(0))'],
    ['endless recursion inside $eval', '$eval("($f := function($n) { $f($n + 1) }; $f(0))")'],
    ['a product of ranges', '[1..5000].($x := $; [1..5000].($x * $))'],
    ['a regular expression that explodes', '$match($pad("", 60, "a") & "b", /^(a+)+$/)'],
  ])('%s runs into the time limit', async (_, expression) => {
    const work = impatient.runStep(transformStep(expression), contextWith());
    expect(await failureOf(work)).toEqual({ kind: 'limit', limit: 'time' });
  });

  test('recursion that grows runs into the stack limit, before the memory is gone', async () => {
    const work = run('($f := function($n) { 1 + $f($n + 1) }; $f(0))');
    expect(await failureOf(work)).toEqual({ kind: 'limit', limit: 'stack' });
  });

  test.each([
    ['a string longer than any can be', '$pad("a", 1e9)'],
    // In a worker thread this one ends the whole process: V8 cannot unwind it.
    ['one string larger than the heap', '$pad("a", 3e8)'],
    ['a string that doubles', '($f := function($s) { $f($s & $s) }; $f("aaaaaaaaaaaaaaaaaaaaaaaa"))'],
    ['a range of ten million', '$count([1..10000000].{ "a": $ })'],
    ['a range beyond any bound', '[1..10000000000]'],
    ['a small graph that is large as JSON', '$reduce([1..60], function($a, $b) { [$a, $a] })'],
  ])('an allocation bomb runs into the memory limit, and costs nobody else anything: %s', async (_, expression) => {
    const [reason, neighbor] = await Promise.all([failureOf(run(expression)), run('1 + 1')]);
    expect(reason).toEqual({ kind: 'limit', limit: 'memory' });
    expect(neighbor).toBe(2);
  });

  test('a result over a mebibyte is refused', async () => {
    expect(await failureOf(run('$pad("", 1100000, "x")'))).toEqual({ kind: 'limit', limit: 'output' });
    expect(await run('$length($pad("", 1100000, "x"))')).toBe(1_100_000);
  });

  test('a result of many groups is not mistaken for deep recursion', async () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => ({ key: `k${i}`, value: i }));
    expect(Object.keys((await run('inputs.rows{ key: value }', { rows })) as object)).toHaveLength(5_000);
  });
});

describe('the walls around an expression', () => {
  test.each([
    '$.constructor',
    '$.__proto__',
    '"".constructor',
    '$lookup($, "constructor")',
    '$sum.constructor',
    '$sum.implementation',
    '(function($x) { $x }).environment',
    'process',
    '$process',
    '$globalThis',
    '$require("fs")',
  ])('%s reaches nothing', async (expression) => {
    const result = await run(expression).catch((error: unknown) => error);
    expect(result === null || (result instanceof Error && result.message.includes('non-function'))).toBe(true);
  });

  test('a key named __proto__ is a key like any other', async () => {
    const result = await run('{ "__proto__": { "polluted": true } }');
    expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":true}}');
    expect(await run('polluted')).toBeNull();
  });

  test.each([
    ['a built-in function', withoutClone('|$sum|{ "implementation": "x" }|')],
    ['the mark of a built-in function', withoutClone('|$sum|{}, ["_jsonata_function"]|')],
    ['the prototype of everything', withoutClone('|$|{ "__proto__": { "polluted": 1 } }|')],
    [
      'the frame that all share',
      withoutClone('|$f|{}, ["_jsonata_lambda"]|; $$ ~> |$f.environment.global|{ "ancestry": "x" }|'),
    ],
  ])('an expression that writes to %s changes nothing for the next one', async (_, attack) => {
    const probe = '[$sum([1, 2]), polluted, $f, $match("ab", /b/).match, [[1, 2]].$count($)]';
    const honest = await run(probe);
    // More often than there are workers.
    await Promise.all(Array.from({ length: 4 }, () => run(attack).catch(() => 'refused')));
    const after = await Promise.all(Array.from({ length: 4 }, () => run(probe)));
    expect(after).toEqual([honest, honest, honest, honest]);
    expect(honest).toEqual([3, 'b', 2]);
  });

  test('an expression that writes to its own compiled text changes nothing for its next run', async () => {
    const attack = withoutClone(
      '|$f|{}, ["_jsonata_lambda"]|; $own := $f.body; $before := $string($own.value); $$ ~> |$own|{ "value": "forged" }|; $before',
    );
    // One worker must see it more often than once.
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => failureOf(run(attack))));
    for (const outcome of outcomes) {
      expect(outcome).toEqual({ kind: 'threw', detail: expect.stringContaining('read only') as string });
    }
  });

  test('a binding of one run is not there in the next', async () => {
    await run('($left := "here"; $sum := function($x) { "forged" }; $sum(1))');
    expect(await Promise.all([run('$left'), run('$sum([1, 2])'), run('$left'), run('$sum([1, 2])')])).toEqual([
      null,
      3,
      null,
      3,
    ]);
  });
});
