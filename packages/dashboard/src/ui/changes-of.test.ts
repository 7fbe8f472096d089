import { expect, it } from 'vitest';
import { changesOf } from './changes-of.ts';

it('holds what differs, lists and objects included, and nothing else', () => {
  const before = { name: 'Shop', isOn: true, entries: ['a', 'b'], facts: { plan: 'gold' }, limit: null };
  expect(changesOf(before, { ...before, entries: ['a', 'b'], facts: { plan: 'gold' } })).toEqual({});
  const after = { name: 'Shop', isOn: false, entries: ['a'], facts: {}, limit: null };
  expect(changesOf(before, after)).toEqual({ isOn: false, entries: ['a'], facts: {} });
});
