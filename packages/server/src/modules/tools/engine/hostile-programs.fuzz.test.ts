import { execFileSync } from 'node:child_process';
import type { JsonSchema } from '@microapp/contract';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultLimits } from './limits.ts';
import { StepFailure, type FailureReason } from './step-failure.ts';
import { bombs, expressions, results, spoilers } from './testing/hostile-parts.ts';
import { contextWith, functionStep, now, startEngine, transformStep } from './testing/start-engine.ts';

/**
 * Hostile programs, put together at random. What must hold for each of them: it ends, as a result or as a failure that a
 * limit or the program itself explains; what runs next in the same worker is not touched by it; and memory stays bounded.
 *
 * One worker, so that the next run is in it, or in the one that had to take its place. The unusual hard limit names this
 * file's workers among those of other tests.
 */
const limits = { softTimeMs: 200, hardTimeMs: 807, workersMax: 1 };
const engine = startEngine(limits);
afterAll(() => engine.close());

/** A program may need a new worker, and a machine may be busy; one that never ends takes longer than any of it. */
const endsWithinMs = 60_000;
const suiteMs = 600_000;
/** Of random programs; what stands as an example is tried always. */
const tries = 16;

type End = { result: unknown; reason?: never } | { result?: never; reason: FailureReason };

async function endOf(work: Promise<unknown>): Promise<End> {
  try {
    return { result: await work };
  } catch (error) {
    if (error instanceof StepFailure) return { reason: error.reason };
    throw error;
  }
}

/** A failure is the program's own or a limit: no worker dies in a way that nothing explains. What is said is bounded. */
function expectExplained({ reason, result }: End): void {
  expect([undefined, 'threw', 'limit']).toContain(reason?.kind);
  expect(JSON.stringify(reason ?? '').length).toBeLessThan(20_000);
  expect(Buffer.byteLength(JSON.stringify(result ?? null))).toBeLessThanOrEqual(defaultLimits.outputBytesMax);
}

const probe = functionStep(`export default ({ inputs, now }) => [
  inputs.n + 1,
  now === new Date().toISOString(),
  typeof left, typeof {}.polluted, typeof {}.toJSON, typeof {}.then,
  [1, 2].map((n) => n * 2), JSON.stringify({ a: [1] }), "abc".slice(1), [...[1, 2]],
  typeof Object, Object.isFrozen(Object.prototype),
]`);
const probeExpression = '[inputs.n + 1, $now(), $sum([1, 2]), $exists($left), $exists(polluted), $count([1, 2])]';

/** What a well-behaved run answers. A busy machine may make it late, which says nothing about what ran before. */
async function honestly(run: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    const end = await endOf(run());
    if (end.reason === undefined) return end.result;
    expect(end.reason).toEqual({ kind: 'limit', limit: 'time' });
  }
}

async function expectUntouched(n: number): Promise<void> {
  const context = contextWith({ n });
  expect(await honestly(() => engine.runStep(probe, context))).toEqual([
    n + 1,
    true,
    'undefined',
    'undefined',
    'undefined',
    'undefined',
    [2, 4],
    '{"a":[1]}',
    'bc',
    [1, 2],
    'function',
    false,
  ]);
  const transformed = [n + 1, now, 3, false, false, 2];
  expect(await honestly(() => engine.runStep(transformStep(probeExpression), context))).toEqual(transformed);
  expect(await honestly(() => engine.evaluate([probeExpression, 'inputs.n'], context))).toEqual([transformed, n]);
}

/** Of all workers of this engine; one may still be on its way out. */
function workersResidentBytes(): number {
  const processes = execFileSync('ps', ['-A', '-o', 'ppid=,rss=,args='], { encoding: 'utf8' }).split('\n');
  const own = processes.filter(
    (line) => line.includes('tool-worker.ts') && line.includes(`"hardTimeMs":${limits.hardTimeMs}`),
  );
  expect(own.length).toBeGreaterThan(0);
  return own.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[1]) * 1024, 0);
}

/** The heap, a sandbox with all that it may have, and the runtime itself; twice, for one on its way out. */
const residentBytesMax =
  2 * (defaultLimits.workerHeapMegabytes * 1024 * 1024 + defaultLimits.functionHeapBytes + 160 * 1024 * 1024);

function programs(): fc.Arbitrary<string> {
  const body = fc.array(fc.constantFrom(...bombs), { maxLength: 2 });
  const result = fc.constantFrom(...results);
  const wrap = fc.constantFrom<(body: string, result: string) => string>(
    (statements, value) => `export default async (context) => { ${statements} return ${value}; };`,
    (statements, value) => `export default async (context) => { try { ${statements} } catch {} return ${value}; };`,
    (statements, value) => `await (async () => { ${statements} })(); export default (context) => ${value};`,
    (statements, value) =>
      `export default (context) => ({ get a() { (async () => { ${statements} })(); return ${value}; } });`,
    (statements, value) => `export default async function* (context) { ${statements} yield ${value}; }`,
    (statements, value) =>
      `export default (context) => new Proxy(async () => { ${statements} }, { get: () => ${value} });`,
  );
  const spoiled = fc.array(fc.constantFrom(...spoilers), { maxLength: 3 });
  return fc
    .tuple(spoiled, wrap, body, result)
    .map(([before, wrapped, statements, value]) =>
      [...before, wrapped(statements.map(scoped).join(' '), value)].join('\n'),
    );
}

/** Apart from the other statements, whose names may be the same. */
function scoped(statement: string): string {
  return `{ ${statement} }`;
}

function hostileExpressions(): fc.Arbitrary<string> {
  const one = fc.constantFrom(...expressions);
  const join = fc.constantFrom<(left: string, right: string) => string>(
    (left) => left,
    (left, right) => `(${left}; ${right})`,
    (left, right) => `[${left}, ${right}]`,
    (left, right) => `(${left}).(${right})`,
    (left, right) => `{ "a": ${left}, "b": ${right} }`,
    (left, right) => `$map([1..50], function($v) { (${left}; ${right}) })`,
    (left) => `$eval(${JSON.stringify(left)})`,
    (left, right) => `((${left}) ? (${right}) : (${left}))`,
  );
  return fc.tuple(join, one, one).map(([joined, left, right]) => joined(left, right));
}

describe('hostile programs', { timeout: suiteMs }, () => {
  test('of a function end within the limits and leave nothing to the next run', async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(programs(), async (code) => {
        expectExplained(await endOf(engine.runStep(functionStep(code), contextWith())));
        await expectUntouched((n += 1));
      }),
      {
        numRuns: spoilers.length + tries,
        timeout: endsWithinMs,
        examples: spoilers.map((spoiler) => [`${spoiler} export default () => 1`]),
      },
    );
    expect(workersResidentBytes()).toBeLessThan(residentBytesMax);
  });

  test('of a function are checked within the limits before they are published, too', async () => {
    await fc.assert(
      fc.asyncProperty(programs(), async (code) => {
        const issues = await engine.check({ inputs: { type: 'object' }, steps: [functionStep(code)] });
        for (const issue of issues) expect(issue.message.length).toBeLessThan(3_000);
        await expectUntouched(0);
      }),
      { numRuns: tries / 4, timeout: endsWithinMs },
    );
  });

  test('of a transform end within the limits and leave nothing to the next run', async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(hostileExpressions(), async (expression) => {
        expectExplained(await endOf(engine.runStep(transformStep(expression), contextWith())));
        await expectUntouched((n += 1));
      }),
      {
        numRuns: expressions.length + tries,
        timeout: endsWithinMs,
        examples: expressions.map((expression) => [expression]),
      },
    );
    expect(workersResidentBytes()).toBeLessThan(residentBytesMax);
  });

  test('of a template, one of several expressions, end within the limits and leave nothing to the next run', async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(hostileExpressions(), { minLength: 1, maxLength: 3 }), async (hostile) => {
        expectExplained(await endOf(engine.evaluate(['inputs', ...hostile], contextWith())));
        await expectUntouched((n += 1));
      }),
      { numRuns: tries / 2, timeout: endsWithinMs },
    );
  });
});

describe('hostile schemas', { timeout: suiteMs }, () => {
  const long = 'a'.repeat(50);
  const field = (schema: unknown): JsonSchema => ({ type: 'object', properties: { a: schema } });

  test.each<[string, JsonSchema, unknown]>([
    ['a pattern that explodes', field({ pattern: '^(a+)+$' }), { a: `${long}b` }],
    ['a pattern of nested groups', field({ pattern: '^((a|a)*)*$' }), { a: `${long}b` }],
    [
      'a pattern for names that explodes',
      { type: 'object', patternProperties: { '^(a+)+$': {} } },
      { [`${long}b`]: 1 },
    ],
    ['a schema that is itself', { type: 'object', $ref: '#' }, { a: 1 }],
    [
      'two that are each other',
      { type: 'object', $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      {},
    ],
    ['one that goes on without an end', { type: 'object', properties: { a: { $ref: '#' } } }, nested(1_000)],
    [
      'one for everything in everything',
      {
        type: 'object',
        anyOf: [{ $ref: '#/$defs/a' }],
        $defs: { a: { anyOf: Array.from({ length: 50 }, () => ({ additionalProperties: { $ref: '#/$defs/a' } })) } },
      },
      nested(40),
    ],
    ['a choice of ten thousand', field({ enum: Array.from({ length: 10_000 }, (_, n) => n) }), { a: 'x' }],
    [
      'unique items, a hundred thousand objects',
      field({ uniqueItems: true }),
      { a: Array.from({ length: 100_000 }, (_, n) => ({ n })) },
    ],
    ['levels without an end', field(deep(2_000)), { a: 1 }],
    [
      'names that look like code',
      {
        type: 'object',
        properties: { ['"];process.exit(7);//']: { const: '`${process.exit(7)}`' } },
        required: ['\\u2028"+process.exit(7)+"'],
      },
      { '"];process.exit(7);//': 1 },
    ],
    [
      'a name that is the prototype',
      JSON.parse(
        '{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}',
      ) as JsonSchema,
      JSON.parse('{"__proto__":1}'),
    ],
    ['a divisor of almost nothing', field({ multipleOf: 1e-300 }), { a: 1e300 }],
    ['a dynamic reference to itself', { type: 'object', $dynamicAnchor: 'a', $dynamicRef: '#a' }, { a: 1 }],
  ])('end within the limits, whether published or used: %s', async (_, schema, inputs) => {
    const issues = await engine.check({ inputs: schema, steps: [transformStep('1')] });
    for (const issue of issues) expect(issue.message.length).toBeLessThan(3_000);
    const end = await endOf(engine.validateInputs(schema, inputs));
    // One that publishing refuses may fail to compile, which is told as the fault that it would be.
    const unusable = issues.length > 0 ? ['crashed'] : [];
    expect([undefined, 'threw', 'limit', ...unusable]).toContain(end.reason?.kind);
    await expectUntouched(1);
  });

  function nested(levels: number): unknown {
    let value: unknown = {};
    for (let level = 0; level < levels; level++) value = { a: value };
    return value;
  }

  function deep(levels: number): unknown {
    let schema: unknown = {};
    for (let level = 0; level < levels; level++) schema = { allOf: [schema] };
    return schema;
  }
});
