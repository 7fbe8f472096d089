import { expect, it } from 'vitest';
import { settingsChanged } from './settings-changed.ts';

const before = { status: 'active', origins: ['a.example'], attributes: { mail: 'private' } };

it('the trail keeps the settings that changed, by value, and no others', () => {
  const after = { status: 'disabled', origins: ['a.example'], attributes: { mail: 'other' } };
  expect(settingsChanged(before, after, ['status', 'origins'])).toEqual({ status: { from: 'active', to: 'disabled' } });
});

it('the trail keeps nothing of a change to what it was', () => {
  expect(settingsChanged(before, structuredClone(before), ['status', 'origins', 'attributes'])).toEqual({});
});
