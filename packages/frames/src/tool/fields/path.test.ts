import { expect, test } from 'vitest';
import { field } from '../../testing/field.ts';
import { isWithin, pathOf } from './path.ts';
import { placeOf } from './place.ts';

const fields = [
  field({ key: 'years', label: 'Term', type: 'integer' }),
  field({ key: 'odd key', label: 'Odd', type: 'object', fields: [field({ key: 'a', label: 'A', type: 'text' })] }),
  field({
    key: 'rows',
    label: 'Rows',
    type: 'array',
    items: field({
      key: 'items',
      type: 'object',
      fields: [
        field({ key: 'name', label: 'Name', type: 'text' }),
        field({ key: 'tags', label: 'Tags', type: 'array', items: field({ key: 'items', type: 'text' }) }),
      ],
    }),
  }),
  field({ key: 'json', label: 'Json', type: 'object' }),
];

test.each([
  ['inputs.years', 'inputs.years', ['Term']],
  ['inputs["odd key"].a', 'inputs["odd key"].a', ['Odd', 'A']],
  ['inputs["odd key"].b', 'inputs["odd key"]', ['Odd']],
  ['inputs.rows', 'inputs.rows', ['Rows']],
  ['inputs.rows[2]', 'inputs.rows[2]', ['Rows', 3]],
  ['inputs.rows[2].name', 'inputs.rows[2].name', ['Rows', 3, 'Name']],
  ['inputs.rows[12].tags[0]', 'inputs.rows[12].tags[0]', ['Rows', 13, 'Tags', 1]],
  ['inputs.rows[2].nameless', 'inputs.rows[2]', ['Rows', 3]],
  ['inputs.json.deep[1].x', 'inputs.json', ['Json']],
])('what is said of %s belongs to the field %s', (path, found, labels) => {
  expect(placeOf(fields, path)).toEqual({ path: found, labels });
});

test.each(['inputs', 'inputs.yearsOld', 'inputs[0]', 'rows[2].name', ''])('%j is no field', (path) => {
  expect(placeOf(fields, path)).toBeUndefined();
});

test('a path is written as the server writes it', () => {
  expect(pathOf(pathOf(pathOf('inputs', 'rows'), 2), 'odd "key"')).toBe(String.raw`inputs.rows[2]["odd \"key\""]`);
});

test.each([
  ['inputs.rows[1]', 'inputs.rows', true],
  ['inputs.rows', 'inputs.rows', true],
  ['inputs.rows[10]', 'inputs.rows[1]', false],
  ['inputs.rowsOld', 'inputs.rows', false],
])('%s within %s: %s', (path, ancestor, within) => {
  expect(isWithin(path, ancestor)).toBe(within);
});
