import { describe, expect, test } from 'vitest';
import type { RunStep } from './run-tool.ts';
import { nextSaying, noProgress, progressAfter } from './progress.ts';

const runId = 'run_1';
const start = (step: string, index: number): RunStep => ({
  type: 'step_start',
  runId,
  step,
  kind: 'llm',
  index,
  total: 2,
});
const text = (piece: string): RunStep => ({ type: 'text_delta', runId, step: 'write', text: piece });
const end = (step: string): RunStep => ({ type: 'step_complete', runId, step, durationMs: 5 });
const after = (...events: RunStep[]) => events.reduce(progressAfter, noProgress);

describe('the progress of a run', () => {
  test('has each step as it comes, and the text of the one that writes', () => {
    expect(after(start('quote', 0), end('quote'), start('write', 1), text('One'), text(' two'))).toEqual({
      steps: [
        { name: 'quote', isDone: true },
        { name: 'write', isDone: false },
      ],
      total: 2,
      text: 'One two',
    });
  });

  test('begins the text anew with the next step', () => {
    expect(after(start('a', 0), text('first'), end('a'), start('b', 1)).text).toBe('');
  });

  test('draws no more text than a page can hold while it comes', () => {
    expect(after(start('a', 0), text('x'.repeat(49_999)), text('yyy')).text).toHaveLength(50_000);
  });
});

describe('a screen reader is told', () => {
  test.each([
    ['nothing of half a sentence', 'The first half', 0, ''],
    ['a sentence when it is over', 'It is done. The ne', 0, 'It is done.'],
    ['all sentences that came meanwhile', 'One. Two! Three? Fo', 0, 'One. Two! Three?'],
    ['what it has not heard', 'One. Two. Thr', 4, ' Two.'],
    ['a line', '- milk\n- bre', 0, '- milk\n'],
    ['nothing that ends in a number', 'It costs 3.5', 0, ''],
    ['an Arabic question', 'كيف حالك؟ أنا', 0, 'كيف حالك؟'],
  ])('%s', (_, whole, said, saying) => {
    expect(nextSaying(whole, said)).toBe(saying);
  });
});
