import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nestingOf, NotJsonError, toJsonText } from './json-text.ts';

test('every JSON value is written as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(toJsonText(value)).toBe(JSON.stringify(value));
    }),
  );
});

test.each([
  [() => 1],
  [[Symbol('s')]],
  [{ a: 10n }],
  [Number.NaN],
  [[-Infinity]],
  [new Set()],
  [{ _jsonata_lambda: true }],
])('a value that is not JSON is refused, not changed in silence (%#)', (value) => {
  expect(() => toJsonText(value)).toThrow(NotJsonError);
});

test('a value that contains itself is refused in words', () => {
  const value: { self?: unknown } = {};
  value.self = value;
  expect(() => toJsonText(value)).toThrow('it contains itself');
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test('the nesting of a text is the depth of its value, whatever its strings say', () => {
  const awkward = fc.oneof(
    fc.jsonValue(),
    fc.jsonValue({ stringUnit: fc.constantFrom('[', '{', '"', '\\', ']', '}') }),
  );
  fc.assert(
    fc.property(awkward, (value) => {
      expect(nestingOf(JSON.stringify(value))).toBe(depthOf(value));
    }),
  );
});
