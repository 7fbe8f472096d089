import { describe, expect, test } from 'vitest';
import { field } from '../../testing/field.ts';
import { formatFor } from '../../ui/format.ts';
import { firstDraft } from '../fields/draft.ts';
import { readInputs } from '../fields/read-inputs.ts';
import { agoText } from './ago.ts';
import { fieldsWith, pastRunsMax, withRun, type PastRun } from './past-runs.ts';

const past = (runId: string): PastRun => ({
  run: { runId, status: 'ok', output: runId, durationMs: 1 },
  inputs: {},
  atMs: 0,
});

test('a visit keeps its newest results, newest first, and no more than there is room for', () => {
  const runs = Array.from({ length: pastRunsMax + 5 }, (_, n) => past(`run_${n}`)).reduce(
    (before: readonly PastRun[], run) => withRun(before, run),
    [],
  );
  expect(runs.map(({ run }) => run.runId)).toEqual(Array.from({ length: pastRunsMax }, (_, n) => `run_${14 - n}`));
});

describe('a form that starts with the inputs of an earlier run', () => {
  const fields = [
    field({ key: 'amount', type: 'number', default: 5 }),
    field({ key: 'note', type: 'text', default: 'as usual' }),
    field({ key: 'kind', type: 'enum', enum: ['a', 'b'], default: 'a' }),
    field({ key: 'isUrgent', type: 'boolean', default: true }),
    field({ key: 'tags', type: 'array', items: field({ type: 'text' }) }),
    field({
      key: 'address',
      type: 'object',
      fields: [
        field({ key: 'city', type: 'text', default: 'Berlin' }),
        field({ key: 'zip', type: 'text', default: '10115' }),
      ],
    }),
  ];
  const format = formatFor({ locale: 'de' });
  const inputsAgain = (inputs: Record<string, unknown>) => {
    const filled = fieldsWith(fields, inputs);
    return readInputs(filled, firstDraft(filled, format), format).inputs;
  };

  test.each([
    [{ amount: 1234.5, note: 'x', kind: 'b', isUrgent: false, tags: ['a', 'b'], address: { city: 'Rom', zip: '1' } }],
    [{ isUrgent: true, address: { city: 'Rom' } }],
  ])('has these, and no default in place of what was left empty: %j', (inputs) => {
    expect(inputsAgain(inputs)).toMatchObject(inputs);
    for (const key of ['amount', 'note', 'kind']) expect(key in inputsAgain(inputs)).toBe(key in inputs);
  });

  test('leaves the form itself as it was', () => {
    fieldsWith(fields, { amount: 1 });
    expect(fields[0]?.default).toBe(5);
  });
});

test.each([
  ['en-US', 5, 'now'],
  ['en-US', 61, '1 minute ago'],
  ['en-US', 7_300, '2 hours ago'],
  ['de', 150, 'vor 2 Minuten'],
  ['ar-EG', 61, 'قبل دقيقة واحدة'],
])('in %s, %i s are "%s"', (locale, seconds, words) => {
  expect(agoText(locale, seconds)).toBe(words);
});
