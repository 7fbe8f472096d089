import { afterAll, describe, expect, it } from 'vitest';
import { contextWith, failureOf, startTextEngine, textsOf } from '../engine/testing/start-engine.ts';
import { renderJson, renderText } from './render.ts';

const engine = startTextEngine();
afterAll(() => engine.close());

const context = textsOf(
  contextWith({ name: 'Ada', count: 3, items: [1, 'two'], none: null, code: '{{ inputs.name }}' }),
);

describe('a text', () => {
  it.each([
    ['no expression', 'no expression'],
    ['Dear {{ inputs.name }}, {{ inputs.count + 1 }} times', 'Dear Ada, 4 times'],
    ['{{ inputs.items }}', '[1,"two"]'],
    ['{{ inputs.count = 3 }}', 'true'],
    ['<{{ inputs.none }}{{ inputs.absent }}>', '<>'],
    ['{{ workspace.attributes.tier }} {{ results.earlier }} {{ now }}', 'gold 7 2026-03-01T12:00:00.000Z'],
  ])('%j becomes %j', async (text, rendered) => {
    expect(await renderText(engine, text, context)).toBe(rendered);
  });

  it('keeps braces that a value brings along: values are not read for expressions', async () => {
    expect(await renderText(engine, '{{ inputs.code }}', context)).toBe('{{ inputs.name }}');
  });

  it('encodes values and leaves what is written out', async () => {
    const encode = (text: string): string => `<${text}>`;
    expect(await renderText(engine, 'a{{ inputs.name }}b{{ inputs.none }}', context, { encode })).toBe('a<Ada>b<>');
  });

  it('fails with the expression that fails', async () => {
    expect(await failureOf(renderText(engine, '{{ $error("no") }}', context))).toMatchObject({ kind: 'threw' });
  });

  it('is called off with its run', async () => {
    const work = renderText(engine, '{{ 1 }}', context, { signal: AbortSignal.abort() });
    expect(await failureOf(work)).toEqual({ kind: 'aborted' });
  });
});

describe('JSON', () => {
  it('keeps its shape, and a string that is one expression becomes the value itself', async () => {
    const json = {
      count: '{{ inputs.count }}',
      padded: ' {{ inputs.items }} ',
      text: 'n={{ inputs.count }}',
      two: '{{ inputs.count }}{{ inputs.count }}',
      missing: '{{ inputs.absent }}',
      nested: [{ name: '{{ inputs.name }}' }, 1, null, true],
      '{{ inputs.name }}': 'the key stays',
    };
    expect(JSON.parse(await renderJson(engine, json, context))).toEqual({
      count: 3,
      padded: [1, 'two'],
      text: 'n=3',
      two: '33',
      missing: null,
      nested: [{ name: 'Ada' }, 1, null, true],
      '{{ inputs.name }}': 'the key stays',
    });
  });

  it.each([[null], [1], ['plain'], [[]], [{}]])('%j stays as it is', async (json) => {
    expect(await renderJson(engine, json, context)).toBe(JSON.stringify(json));
  });

  it('fails with the expression that fails', async () => {
    expect(await failureOf(renderJson(engine, ['{{ $error("no") }}'], context))).toMatchObject({ kind: 'threw' });
  });
});
