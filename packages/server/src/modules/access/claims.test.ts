import { expect, it } from 'vitest';
import { claimAt } from './claims.ts';

const claims = {
  roles: ['admin'],
  realm_access: { roles: ['viewer'], deep: { role: 'developer' } },
  'https://example.com/roles': 'admin',
  'realm_access.deep': 'the whole name',
  list: [{ role: 'admin' }],
  text: 'admin',
  nothing: null,
};

it.each([
  ['roles', ['admin']],
  ['realm_access.roles', ['viewer']],
  ['https://example.com/roles', 'admin'],
  ['realm_access.deep', 'the whole name'],
  ['nothing', null],
])('the claim %s is found, by its whole name before by a path', (name, value) => {
  expect(claimAt(claims, name)).toEqual(value);
});

it.each([
  'role',
  'Roles',
  'realm_access.',
  '.roles',
  'realm_access.roles.length',
  'text.length',
  'nothing.roles',
  'roles.constructor',
  'constructor',
  'constructor.name',
  '__proto__',
  'toString',
  '',
])('there is no claim %j: nothing that an object has by itself counts', (name) => {
  expect(claimAt(claims, name)).toBeUndefined();
});
