import { expect, test } from 'vitest';
import { field } from '../../testing/field.ts';
import { messagesOfIssues } from './server-issues.ts';

const fields = [
  field({ key: 'years', label: 'Term in years', type: 'integer' }),
  field({ key: 'odd key', type: 'object' }),
];

test.each([
  [
    'inputs.years',
    'must be at most 50',
    { path: 'inputs.years', label: 'Term in years', message: 'Must be at most 50.' },
  ],
  ['inputs["odd key"].a[1]', 'is required', { path: 'inputs["odd key"].a[1]', label: 'It', message: 'Is required.' }],
  ['inputs.yearsOld', 'is odd.', { path: '', label: '', message: 'Inputs.yearsOld is odd.' }],
])('an issue at %s belongs to its field', (path, message, expected) => {
  expect(messagesOfIssues(fields, [{ path, message }])).toEqual([expected]);
});
