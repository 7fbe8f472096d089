import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson, spells } from './scan-json.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const scan = (text: string, refusesPrototypes = false): boolean => scanJson(Buffer.from(text), { refusesPrototypes });

/** JSON as somebody else may print it. */
const anyJson = fc
  .tuple(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom('', ' ', '\t', '\r\n'))
  .map(([value, space]) => `${space}${JSON.stringify(value, null, space)}${space}`);
/** What JSON is made of, in no order, so that most of it is nearly JSON. */
const scraps = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '"a"',
  '"a":',
  'null',
  'true',
  'false',
  '0',
  '-',
  '1',
  '.',
  'e',
  'E',
  '+',
  '\\u',
  '00',
  'dF',
  'g',
  ' ',
  '\n',
  '\r',
  '\t',
  '\v',
  '\0',
  '\u00a0',
  '\ufeff',
  '\u2028',
  'é',
  '😀',
  '\ud800',
  '/',
);

describe('a text is JSON exactly if JSON.parse says so', () => {
  it('whatever JSON somebody prints', () => {
    fc.assert(
      fc.property(anyJson, (text) => {
        expect(scan(text)).toBe(true);
      }),
    );
  });

  it('whatever is taken out, put in or exchanged', () => {
    const mutated = fc.tuple(anyJson, fc.nat(), fc.nat(3), scraps).map(([text, place, count, scrap]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + scrap + text.slice(at + count);
    });
    fc.assert(
      fc.property(mutated, (text) => {
        expect(scan(text)).toBe(isJson(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('whatever scraps it is made of', () => {
    const made = fc.array(scraps, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(made, (text) => {
        expect(scan(text)).toBe(isJson(text));
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([
    '',
    ' ',
    '[]',
    ' [ ] ',
    '{}',
    '{ }x',
    '[1,]',
    '[,1]',
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{a:1}',
    "{'a':1}",
    '[1 2]',
    '01',
    '-01',
    '-',
    '-0',
    '1.',
    '.1',
    '1.0e+',
    '1e5',
    '1E-5',
    '1e400',
    '0x1',
    '+1',
    'NaN',
    'Infinity',
    'nul',
    '"\\u12G4"',
    '"\\u1234"',
    '"\\x"',
    '"\\"',
    '"\t"',
    '"\u007f"',
    '"\u2028"',
    '[}',
    '{]',
    '[[]',
    '[]]',
    '{}{}',
    '\ufeff{}',
    '/**/1',
    '"\\ud800"',
    '{"a":1,"a":2}',
    '{"":0}',
    'truefalse',
    '[true,false,null]',
    '"\\u00e',
  ])('%j', (text) => {
    expect(scan(text)).toBe(isJson(text));
  });

  it('however deep it is nested', () => {
    for (const levels of [63, 64, 65, 1_000_000]) {
      const opened = '['.repeat(levels);
      const closed = ']'.repeat(levels);
      expect([scan(opened + closed), scan(opened + closed.slice(1)), scan(`${opened}${closed}]`)]).toEqual([
        true,
        false,
        false,
      ]);
    }
    expect(scan(`${'{"a":['.repeat(1_000)}${']}'.repeat(1_000)}`)).toBe(true);
  });

  it('though its bytes are no UTF-8: that is read as the replacement character, which belongs in strings alone', () => {
    expect(scanJson(Buffer.from([0x22, 0xff, 0xc3, 0x22]))).toBe(true);
    expect(scanJson(Buffer.from([0xff]))).toBe(false);
  });
});

describe('a member that could become a prototype’s', () => {
  it.each([
    ['{"__proto__":1}'],
    ['{"a":[{"__proto__" :{}}]}'],
    ['{"\\u005f_pr\\u006Fto__":1}'],
    ['{"constructor":{"prototype":1}}'],
    ['[{"a":1,"const\\u0072uctor":{"b":{},"protot\\u0079pe":{}}}]'],
  ])('makes a text unfit where that is asked for: %s', (text) => {
    expect([scan(text, true), scan(text)]).toEqual([false, true]);
  });

  it.each([
    ['"__proto__"'],
    ['["__proto__"]'],
    ['{"a":"__proto__"}'],
    ['{"__proto__x":1,"__proto_":2,"\\\\u005f_proto__":3}'],
    ['{"constructor":1,"prototype":{}}'],
    ['[{"constructor":1},{"prototype":2}]'],
    ['{"constructor":[{"prototype":1}]}'],
    ['{"constructor":{"a":{"prototype":1}}}'],
  ])('is not seen where none is: %s', (text) => {
    expect(scan(text, true)).toBe(true);
  });
});

it('a string spells a word exactly if that is what it stands for', () => {
  const word = 'inputs';
  const written = fc
    .array(fc.constantFrom('i', 'n', 'p', 'u', 't', 's', 'inputs', '\\u0069', '\\u006E', '\\n', '\\"', '0069', 'é'), {
      maxLength: 8,
    })
    .map((parts) => `"${parts.join('')}"`);
  const escaped = fc.array(fc.boolean(), { minLength: word.length, maxLength: word.length }).map(
    (flags) =>
      `"${word
        .split('')
        .map((letter, index) => (flags[index] ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter))
        .join('')}"`,
  );
  fc.assert(
    fc.property(fc.oneof(written, escaped), (text) => {
      const bytes = Buffer.from(text);
      expect(spells(bytes, 0, bytes.length, word)).toBe(JSON.parse(text) === word);
    }),
  );
});
