import Type from 'typebox';
import { expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import { readWithTexts } from './text-members.ts';

const schema = Type.Object({ values: Type.Object({}), name: Type.String() });
const read = (text: string) => readWithTexts(Buffer.from(text), { schema, textMembers: ['values'] });

it.each<[string, unknown, [string, string][]]>([
  ['{"values":{"a": [1]},"name":"n"}', { values: {}, name: 'n' }, [['values', '{"a": [1]}']]],
  ['\ufeff {"values":[1]}', { values: [] }, [['values', '[1]']]],
  ['{"values":"{}"}', { values: '{}' }, [['values', '"{}"']]],
  ['{"values":null,"name":[1]}', { values: null, name: [1] }, [['values', 'null']]],
  ['{"unknown":{"values":1}}', {}, []],
  ['[{"values":{}}]', [], []],
  [' 7', 7, []],
  ['null', null, []],
])('%s is checked as what it is, and what is to stay text stays as it was sent', (text, body, texts) => {
  const found = read(text);
  expect([found?.body, [...(found?.texts ?? [])]]).toEqual([body, texts]);
});

it.each([
  [''],
  ['{"values":{}'],
  ['{"values":{}}x'],
  ['{"values":{"__proto__":1}}'],
  ['\ufeff\ufeff{}'],
  ['{"unknown":01}'],
])('%j is no JSON', (text) => {
  expect(read(text)).toBeUndefined();
});

it('a member that would be parsed is refused beyond 64 Ki characters, one that is passed over is not', () => {
  const long = JSON.stringify(Array.from({ length: 40_000 }, () => 0));
  expect(read(`{"unknown":${long},"values":${long}}`)?.body).toEqual({ values: [] });
  let thrown: unknown;
  try {
    read(`{"name":${long}}`);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AppError);
  expect(thrown).toMatchObject({ code: 'payload_too_large' });
});
