import { afterAll, describe, expect, test } from 'vitest';
import type { JsonText } from '../../../platform/json/index.ts';
import { loanCalculator } from '../examples/loan-calculator.ts';
import { failureOf, functionStep, startEngine, startImpatientEngine, transformStep } from './testing/start-engine.ts';

const engine = startEngine();
afterAll(() => engine.close());
/** For work that never ends. */
const impatient = startImpatientEngine({ workersMax: 1 });
afterAll(() => impatient.close());

const inputs = { type: 'object', properties: { a: { type: 'string' } } };
const step = transformStep('1');

describe('check', () => {
  test('finds nothing wrong with the shipped example', async () => {
    expect(await engine.check(loanCalculator.spec)).toEqual([]);
  });

  test('finds nothing wrong with annotations, formats and references inside the schema', async () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        mail: { type: 'string', format: 'email', 'x-placeholder': 'you@example.com', widget: 'wide' },
        home: { $ref: '#/$defs/address' },
        either: { type: ['string', 'null'] },
      },
      $defs: { address: { type: 'object', properties: { city: { type: 'string', title: 'City' } } } },
    };
    expect(await engine.check({ inputs: schema, steps: [functionStep('export default () => 1')] })).toEqual([]);
  });

  test.each([
    ['no object', 7, ['spec']],
    ['nothing in it', {}, ['spec.inputs', 'spec.steps']],
    ['no steps', { inputs, steps: [] }, ['spec.steps']],
    ['too many steps', { inputs, steps: Array.from({ length: 21 }, () => step) }, ['spec.steps']],
    ['an unknown field', { inputs, steps: [step], x: 1 }, ['spec.x']],
    ['an unknown kind of step', { inputs, steps: [{ kind: 'mail', name: 'a' }] }, ['spec.steps[0].kind']],
    ['a field of another kind', { inputs, steps: [{ ...step, code: '1' }] }, ['spec.steps[0].code']],
    ['a bad name', { inputs, steps: [{ ...step, name: '__proto__' }] }, ['spec.steps[0].name']],
    ['a long expression', { inputs, steps: [transformStep('1'.repeat(16_385))] }, ['spec.steps[0].expression']],
    ['long code', { inputs, steps: [functionStep(' '.repeat(65_537))] }, ['spec.steps[0].code']],
    ['a large schema', { inputs: { ...inputs, title: 'x'.repeat(65_536) }, steps: [step] }, ['spec.inputs']],
    ['one name twice', { inputs, steps: [step, step] }, ['spec.steps[1].name']],
    ['an output of no step', { inputs, steps: [step], output: { step: 'other' } }, ['spec.output.step']],
    ['inputs that are no object', { inputs: { type: 'array' }, steps: [step] }, ['spec.inputs.type']],
    ['inputs without a type', { inputs: {}, steps: [step] }, ['spec.inputs.type']],
    [
      'another draft',
      { inputs: { ...inputs, $schema: 'http://json-schema.org/draft-07/schema#' }, steps: [step] },
      ['spec.inputs.$schema'],
    ],
    [
      'no such type',
      { inputs: { ...inputs, properties: { a: { type: 'strng' } } }, steps: [step] },
      ['spec.inputs.properties.a.type'],
    ],
    [
      'a bad limit',
      { inputs: { ...inputs, properties: { a: { minLength: -1 } } }, steps: [step] },
      ['spec.inputs.properties.a.minLength'],
    ],
    [
      'a reference to nothing',
      { inputs: { ...inputs, properties: { a: { $ref: '#/$defs/none' } } }, steps: [step] },
      ['spec.inputs'],
    ],
    [
      'a reference to the outside',
      { inputs: { ...inputs, $ref: 'https://example.com/s.json' }, steps: [step] },
      ['spec.inputs'],
    ],
    ['a bad pattern', { inputs: { ...inputs, properties: { a: { pattern: '(' } } }, steps: [step] }, ['spec.inputs']],
    ['an expression that does not parse', { inputs, steps: [transformStep('1 +')] }, ['spec.steps[0].expression']],
    [
      'an expression nested too deeply',
      { inputs, steps: [transformStep('('.repeat(16_000))] },
      ['spec.steps[0].expression'],
    ],
    ['code that does not parse', { inputs, steps: [functionStep('export default (')] }, ['spec.steps[0].code']],
    ['code without a default export', { inputs, steps: [functionStep('const a = 1')] }, ['spec.steps[0].code']],
    [
      'code that imports',
      { inputs, steps: [functionStep('import "fs"; export default () => 1')] },
      ['spec.steps[0].code'],
    ],
  ])('refuses a spec with %s, where it stands', async (_, spec, paths) => {
    const issues = await engine.check(spec);
    expect(issues.map((issue) => issue.path)).toEqual(paths);
    for (const { message } of issues) expect(message).toMatch(/\w/);
  });

  test('refuses what cannot be checked within the limits, and says which limit', async () => {
    const endless = { ...functionStep('for (;;); export default () => 1'), name: 'endless' };
    const issues = await impatient.check({ inputs, steps: [step, endless] });
    expect(issues).toEqual([{ path: 'spec.steps[1].code', message: expect.stringContaining('(time)') as string }]);
  });

  test('lists every problem at once', async () => {
    const issues = await engine.check({
      inputs: { type: 'array', properties: { a: { type: 'strng' }, b: { minLength: 'x' } } },
      steps: [
        { ...transformStep('1 +'), name: 'one' },
        { ...functionStep('nope('), name: 'two' },
      ],
    });
    expect(issues.map((issue) => issue.path)).toEqual([
      'spec.inputs.type',
      'spec.inputs.properties.a.type',
      'spec.inputs.properties.b.minLength',
      'spec.steps[0].expression',
      'spec.steps[1].code',
    ]);
  });

  test('says what to do about a reference to the outside', async () => {
    const [issue] = await engine.check({ inputs: { ...inputs, $ref: 'https://example.com/s.json' }, steps: [step] });
    expect(issue?.message).toBe(
      'refers to "https://example.com/s.json", which is not in this schema; refer to "#/$defs/…" instead',
    );
  });

  test('one schema cannot refer to another that was seen before', async () => {
    const named = { ...inputs, $id: 'https://example.com/named' };
    expect(await engine.check({ inputs: named, steps: [step] })).toEqual([]);
    const referring = { ...inputs, properties: { a: { $ref: 'https://example.com/named' } } };
    const found = await Promise.all(
      Array.from({ length: 4 }, () => engine.check({ inputs: referring, steps: [step] })),
    );
    expect(found.map((issues) => issues.length)).toEqual([1, 1, 1, 1]);
    expect(await engine.check({ inputs: { ...named, title: 'Other' }, steps: [step] })).toEqual([]);
  });
});

describe('validateInputs', () => {
  test('finds nothing wrong with inputs that follow the schema', async () => {
    const loan = { principal: 200_000, annualRatePercent: 6, years: 30 };
    expect(await engine.validateInputs(loanCalculator.spec.inputs, loan)).toEqual([]);
  });

  test('lists every problem by its field, in sentences', async () => {
    const loan = { principal: 0, annualRatePercent: '6', extra: true, 'odd key': 1 };
    expect(await engine.validateInputs(loanCalculator.spec.inputs, loan)).toEqual([
      { path: 'inputs.years', message: 'is required', rule: 'required' },
      { path: 'inputs.extra', message: 'is not a known field', rule: 'additionalProperties' },
      { path: 'inputs["odd key"]', message: 'is not a known field', rule: 'additionalProperties' },
      { path: 'inputs.principal', message: 'must be greater than 0', rule: 'exclusiveMinimum', limit: 0 },
      { path: 'inputs.annualRatePercent', message: 'must be a number', rule: 'type', limit: 'number' },
    ]);
  });

  test.each([
    [{ type: 'integer' }, 1.5, 'must be a whole number'],
    [{ type: ['string', 'null'] }, 1, 'must be text or empty'],
    [{ minimum: 1 }, 0, 'must be at least 1'],
    [{ maximum: 1 }, 2, 'must be at most 1'],
    [{ exclusiveMaximum: 1 }, 1, 'must be less than 1'],
    [{ multipleOf: 5 }, 7, 'must be a multiple of 5'],
    [{ minLength: 1 }, '', 'must not be empty'],
    [{ minLength: 2 }, 'x', 'must have at least 2 characters'],
    [{ maxLength: 1 }, 'xx', 'must have at most 1 character'],
    [{ pattern: '^a$' }, 'b', 'must match the pattern ^a$'],
    [{ format: 'date' }, '2026-02-30', 'must be a date such as 2026-01-31'],
    [{ format: 'email' }, 'nobody', 'must be an e-mail address'],
    [{ enum: ['a', 1] }, 'b', 'must be one of: a, 1'],
    [{ const: 'a' }, 'b', 'must be "a"'],
    [{ minItems: 2 }, [1], 'must have at least 2 entries'],
    [{ maxItems: 1 }, [1, 2], 'must have at most 1 entry'],
    [{ uniqueItems: true }, [1, 1], 'must not repeat an entry'],
    [{ not: {} }, 1, 'does not have an allowed form'],
    [{ anyOf: [{ type: 'string', minLength: 3 }, { type: 'null' }] }, 'x', 'must have at least 3 characters'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 1, 'does not have an allowed form'],
    [false, 1, 'is not allowed'],
  ])('%j of %j: %s', async (schema, value, message) => {
    const issues = await engine.validateInputs({ type: 'object', properties: { a: schema } }, { a: value });
    expect(issues).toMatchObject([{ path: 'inputs.a', message }]);
  });

  test.each([
    [{ type: ['string', 'null'] }, 1, { rule: 'type', limit: ['string', 'null'] }],
    [{ multipleOf: 5 }, 7, { rule: 'multipleOf', limit: 5 }],
    [{ maxLength: 1 }, 'xx', { rule: 'maxLength', limit: 1 }],
    [{ format: 'email' }, 'nobody', { rule: 'format', limit: 'email' }],
    [{ enum: ['a', 1] }, 'b', { rule: 'enum', limit: ['a', '1'] }],
    [{ uniqueItems: true }, [1, 1], { rule: 'uniqueItems' }],
  ])('%j of %j is also told to machines: %j', async (schema, value, told) => {
    const [issue] = await engine.validateInputs({ type: 'object', properties: { a: schema } }, { a: value });
    const { path: _path, message: _message, ...rest } = issue ?? { path: '', message: '' };
    expect(rest).toEqual(told);
  });

  test.each([[null], [[]], ['text'], [undefined]])('%j is not an object of inputs', async (value) => {
    expect(await engine.validateInputs(inputs, value)).toMatchObject([
      { path: 'inputs', message: 'must be an object' },
    ]);
  });

  test('a path leads into lists', async () => {
    const schema = { type: 'object', properties: { rows: { items: { required: ['a/b'] } } } };
    expect(await engine.validateInputs(schema, { rows: [{ 'a/b': 1 }, {}] })).toMatchObject([
      { path: 'inputs.rows[1]["a/b"]', message: 'is required' },
    ]);
  });

  test('an inherited name is not a field that is there', async () => {
    const schema = { type: 'object', required: ['toString', 'constructor'] };
    expect(await engine.validateInputs(schema, {})).toHaveLength(2);
  });

  test('a pattern that explodes runs into the time limit', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
    const work = impatient.validateInputs(schema, { a: `${'a'.repeat(60)}b` });
    expect(await failureOf(work)).toEqual({ kind: 'limit', limit: 'time' });
  });

  test('a million wrong entries are told by a few', async () => {
    const schema = { type: 'object', properties: { a: { items: { type: 'string' } } } };
    expect(await engine.validateInputs(schema, { a: Array.from({ length: 1_000 }, () => 1) })).toHaveLength(100);
    expect(await engine.validateInputs(schema, { a: Array.from({ length: 900_000 }, () => 1) })).toHaveLength(1);
  });

  test('a long key that is wrong in a hundred places is not repeated a hundred times', async () => {
    const schema = { type: 'object', additionalProperties: { items: { type: 'string' } } };
    const issues = await engine.validateInputs(schema, { ['k'.repeat(200_000)]: Array.from({ length: 200 }, () => 1) });
    expect(issues.length).toBeGreaterThan(0);
    expect(JSON.stringify(issues).length).toBeLessThan(250_000);
    expect(issues[0]?.path).toMatch(/^inputs\.k{900,}…$/);
  });

  test('inputs that are nested too deeply are refused, whatever the schema allows', async () => {
    const nested = (levels: number) => {
      const deep = `{"deep":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
      return engine.texts.validateInputs(inputs, deep as JsonText); // by how it is made
    };
    expect(await nested(1_000)).toEqual([]);
    for (const levels of [1_001, 1_000_000]) {
      expect(await nested(levels)).toEqual([{ path: 'inputs', message: 'is nested too deeply' }]);
    }
  });

  test.each([
    ['1e400', 1],
    ['{"b":[0,-1e309]}', 1],
    ['12345678901234567890', 0],
    ['1e308', 0],
  ])('a number that is beyond all bounds is refused, and not changed into something else: %s', async (json, count) => {
    const issues = await engine.texts.validateInputs({ type: 'object' }, `{"a":${json}}` as JsonText); // by how it is made
    expect(issues).toEqual(
      Array.from({ length: count }, () => ({ path: 'inputs', message: 'has a number that is too large' })),
    );
  });
});
