import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOf, isPrintedJson, membersOf, printJson, printMembers, RawJson } from './index.ts';

const jsonValue = fc.jsonValue({ stringUnit: 'binary' });

describe('the members of a text', () => {
  it('are what JSON.parse would make of them, however the text is spaced, and nothing else is', () => {
    const members = fc.array(fc.tuple(fc.constantFrom('inputs', 'id', 'other'), jsonValue), { maxLength: 6 });
    fc.assert(
      fc.property(members, fc.constantFrom('', ' ', '\n\t', '\r\n'), (given, space) => {
        const json = given.map(([name, value]) => `${space}"${name}"${space}:${space}${JSON.stringify(value)}${space}`);
        const text = `${space}{${json.join() || space}}${space}`;
        const found = membersOf(Buffer.from(text), ['inputs', 'id']);
        const { other: _, ...expected } = JSON.parse(text);
        expect(Object.fromEntries([...(found ?? [])].map(([name, part]) => [name, JSON.parse(part)]))).toEqual(
          expected,
        );
      }),
    );
  });

  it.each([
    ['{"a":{"a":1},"b":[{"a":2}],"\\u0061":" \\" } "}', '" \\" } "'],
    ['{"a":1,"a":2}', '2'],
    ['{"a": [ 1 , 2 ] , "b":0}', '[ 1 , 2 ]'],
    ['{"a":1e400}', '1e400'],
    ['{"a":"\\ud800"}', '"\\ud800"'],
    ['{"b":1}', undefined],
    ['["a",1]', undefined],
    ['"a"', undefined],
  ])('in %s: a is %s', (text, part) => {
    expect(membersOf(Buffer.from(text), ['a'])?.get('a')).toBe(part);
  });

  it.each([['{"a":1'], ['{"a":1}x'], [''], ['{"a":{"__proto__":1}}'], ['\ufeff{"a":1}']])('are none in %j', (text) => {
    expect(membersOf(Buffer.from(text), ['a'])).toBeUndefined();
  });
});

it('the elements of a list are its elements, as they stand', () => {
  fc.assert(
    fc.property(fc.array(jsonValue), (values) => {
      expect(elementsOf(printJson(values))).toEqual(values.map((value) => JSON.stringify(value)));
    }),
  );
  expect([elementsOf(printJson({ a: [1] })), elementsOf(printJson('[1]'))]).toEqual([[], []]);
});

describe('text that is put into an answer as it stands', () => {
  it('says what it says, whatever is in it', () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, (raw, parsed) => {
        const printed = printMembers({ raw: new RawJson(printJson(raw)), absent: undefined, parsed, 'odd "name"': 1 });
        expect(printed).toBe(JSON.stringify({ raw, parsed, 'odd "name"': 1 }));
      }),
    );
  });

  it.each([
    ['1,"status":"forged"'],
    ['"a"}'],
    ['{}\n\nevent: error\ndata: {}'],
    ['[1,\n2]'],
    ['1\r'],
    ['\n1'],
    ['undefined'],
    [''],
    ['{"a":"\n"}'],
  ])('is not taken from anybody who sends %j for it', (text) => {
    expect(isPrintedJson(text)).toBe(false);
  });

  it('is taken where it is one value on one line', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(isPrintedJson(JSON.stringify(value))).toBe(true);
      }),
    );
  });
});
