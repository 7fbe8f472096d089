import { describe, expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import { bodyHashOf, readIdempotencyKey } from './idempotency.ts';

const longest = 'k'.repeat(255);

describe('the header Idempotency-Key', () => {
  it.each([
    ['no header', undefined, undefined],
    ['a bare key', '8e03978e-40d5-43e8-bc93-6894a57f9326', '8e03978e-40d5-43e8-bc93-6894a57f9326'],
    ['the same as a quoted string', '"8e03978e-40d5-43e8-bc93-6894a57f9326"', '8e03978e-40d5-43e8-bc93-6894a57f9326'],
    ['one character', '!', '!'],
    ['255 characters', longest, longest],
    ['255 characters between quotes', `"${longest}"`, longest],
    ['escaped quotes and backslashes', '"a\\"b\\\\c"', 'a"b\\c'],
    ['a bare key with a quote inside', 'a"b', 'a"b'],
  ])('is read from %s', (_what, header, key) => {
    expect(readIdempotencyKey(header)).toBe(key);
  });

  it.each([
    ['nothing', ''],
    ['an empty string', '""'],
    ['256 characters', `${longest}k`],
    ['256 characters between quotes', `"${longest}k"`],
    ['a space', 'a b'],
    ['a space between quotes', '"a b"'],
    ['a letter beyond ASCII', 'clé'],
    ['a control character', 'a\u007f'],
    ['an open string', '"abc'],
    ['one quote', '"'],
    ['a string with parameters', '"abc";q=1'],
    ['two headers in one', '"a", "b"'],
    ['an escape of something else', '"a\\n"'],
  ])('is refused with the problem at its name: %s', (_what, header) => {
    const issues = [{ path: 'idempotency-key', message: expect.stringContaining('255 visible ASCII') as string }];
    expect(() => readIdempotencyKey(header)).toThrow(expect.objectContaining({ code: 'validation_failed', issues }));
    expect(() => readIdempotencyKey(header)).toThrow(AppError);
  });
});

describe('the hash of a body', () => {
  it('is that of the same JSON, and of no other', () => {
    expect(bodyHashOf({ a: [1, 'x'] })).toEqual(bodyHashOf(JSON.parse('{ "a": [1,  "x"] }')));
    expect(bodyHashOf(undefined)).toEqual(bodyHashOf(null));
    const others = [{ a: [1] }, { a: ['1', 'x'] }, { b: [1, 'x'] }, {}, null, ''];
    expect(new Set(others.map((body) => Buffer.from(bodyHashOf(body)).toString('hex'))).size).toBe(others.length);
  });
});
