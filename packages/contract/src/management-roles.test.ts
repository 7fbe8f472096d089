import { describe, expect, it } from 'vitest';
import {
  highestRole,
  managementNouns,
  managementRoles,
  permissionsOfRole,
  roleAllows,
  roleNeeded,
} from './management-roles.ts';

describe('the role that a management route takes', () => {
  it.each([
    ['GET', '/v1/me', 'viewer'],
    ['HEAD', '/v1/me', 'viewer'],
    ['GET', '/v1/workspaces/:id', 'viewer'],
    ['PATCH', '/v1/workspaces/:id', 'developer'],
    ['POST', '/v1/embed-tokens/:id/rotate', 'developer'],
    ['GET', '/v1/owner-keys', 'admin'],
    ['DELETE', '/v1/owner-keys/:id', 'admin'],
    ['POST', '/v1/owners', 'admin'],
  ])('of %s %s is %s', (method, path, role) => {
    expect(roleNeeded({ method, path })).toBe(role);
  });

  it('is that of the strictest noun in its path', () => {
    expect(roleNeeded({ method: 'GET', path: '/v1/workspaces/:id/api-keys' })).toBe('admin');
    expect(roleNeeded({ method: 'GET', path: '/v1/api-keys/:id/workspaces' })).toBe('admin');
  });

  it.each([
    ['a noun that is not in the table', 'GET', '/v1/secrets'],
    ['a noun that every object has', 'GET', '/v1/constructor'],
    ['no noun', 'GET', '/v1'],
    ['another root', 'GET', '/api/workspaces'],
    ['a known noun further down only', 'GET', '/v1/secrets/workspaces'],
    ['a write that nobody may do', 'POST', '/v1/audit'],
    ['a write below what nobody may write', 'POST', '/v1/workspaces/:id/usage'],
  ])('is nobody’s, and the route cannot exist, for %s', (_, method, path) => {
    expect(() => roleNeeded({ method, path })).toThrow(`${method} ${path}: `);
  });
});

describe('roles', () => {
  it('each hold what those before them hold', () => {
    const matrix = managementRoles.map((held) => managementRoles.map((needed) => roleAllows(held, needed)));
    expect(matrix).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });

  it.each([
    [['viewer', 'admin', 'developer'], 'admin'],
    [['viewer', 'developer'], 'developer'],
    [['viewer'], 'viewer'],
    [['Admin', 'ADMIN', 'administrator', 'admin '], undefined],
    [['owner', 'constructor', ''], undefined],
    [[0, null, true, ['admin'], { admin: true }], undefined],
    [[], undefined],
  ])('are read from words, the highest wins: %j is %s', (words, role) => {
    expect(highestRole(words)).toBe(role);
  });

  it('allow a viewer to write nothing but the end of own sessions, a developer no keys of management, an admin everything', () => {
    const ofViewer = permissionsOfRole('viewer');
    expect(ofViewer).toContain('workspaces:read');
    expect(ofViewer.filter((word) => word.endsWith(':write'))).toEqual(['dashboard-sessions:write']);
    const ofDeveloper = permissionsOfRole('developer');
    expect(ofDeveloper).toEqual(expect.arrayContaining([...ofViewer, 'embed-tokens:write']));
    expect(ofDeveloper.filter((word) => /^(owner|api|provider)-keys:|^owners:/.test(word))).toEqual([]);
    const { length: nouns } = Object.keys(managementNouns);
    const { length: writable } = Object.values(managementNouns).filter(({ writes }) => writes !== undefined);
    expect(permissionsOfRole('admin')).toHaveLength(nouns + writable);
  });
});
