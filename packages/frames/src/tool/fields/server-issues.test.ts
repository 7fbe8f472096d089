import { expect, test } from 'vitest';
import { field } from '../../testing/field.ts';
import { placedIssues } from './server-issues.ts';

const fields = [
  field({ key: 'years', label: 'Term in years', type: 'integer' }),
  field({ key: 'odd key', type: 'object' }),
];

test.each([
  ['inputs.years', 'must be at most 50', 'inputs.years', 'Must be at most 50.'],
  ['inputs["odd key"].a[1]', 'is required', 'inputs["odd key"]', 'Is required.'],
  ['inputs.yearsOld', 'is odd.', undefined, 'yearsOld: Is odd.'],
  ['inputs', 'must not repeat', undefined, 'Must not repeat.'],
])('an issue at %s belongs to its field, or names what it means', (path, fragment, at, message) => {
  const [issue] = placedIssues(fields, [{ path, message: fragment }]);
  expect([issue?.place?.path, issue?.message]).toEqual([at, message]);
});
