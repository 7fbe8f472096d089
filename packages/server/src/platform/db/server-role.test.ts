import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

import { createPostgresDatabase } from '../../testing/database.ts';
import { postgresUrl } from '../../testing/postgres.ts';
import { systemClock } from '../clock.ts';
import { openDatabase } from './open.ts';
import { withPostgresConnection } from './postgres.ts';
import { ServerRoleError, assertServerRole } from './server-role.ts';

const threeRoles = 'microapp_workspace, microapp_owner, microapp_system';
const role = `server_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
let roleUrl: string;

beforeAll(async () => {
  database = await createPostgresDatabase('migrated');
  roleUrl = postgresUrl(inject('postgresSocketFolder'), {
    role,
    database: new URL(database.postgres.url).pathname.slice(1),
  });
});
afterAll(() => database.drop());

function asAdmin(sql: string): Promise<void> {
  return withPostgresConnection(database.postgres.superuserUrl, (session) => session.execute(sql));
}

/** Makes the role as `set-up` says, and answers what the check of it says. */
async function check(setUp: string): Promise<unknown> {
  await asAdmin(`create role ${role} login noinherit; ${setUp}`);
  try {
    return await withPostgresConnection(roleUrl, assertServerRole).catch((error: unknown) => error);
  } finally {
    await asAdmin(`drop owned by ${role}; drop role ${role}`);
  }
}

it('accepts an ordinary member of the three roles', async () => {
  expect(await check(`grant ${threeRoles} to ${role}`)).toBeUndefined();
});

it.each([
  ['a superuser', `alter role ${role} superuser; grant ${threeRoles} to ${role}`, 'it is a superuser'],
  [
    'a role with bypassrls',
    `alter role ${role} bypassrls; grant ${threeRoles} to ${role}`,
    'it bypasses row-level security',
  ],
  [
    'an owner of tables',
    `grant ${threeRoles} to ${role}; create table owned (); alter table owned owner to ${role}`,
    'it owns tables',
  ],
  [
    'a member of the tables’ owner',
    `grant ${threeRoles}, microapp_migrator to ${role}`,
    'it owns tables, or may become',
  ],
  ['a member of a superuser', `grant ${threeRoles}, postgres to ${role}`, 'it may become a role that is a superuser'],
  [
    'a member of the look-up role',
    `grant ${threeRoles}, microapp_lookup to ${role}`,
    'it is a member of microapp_lookup',
  ],
  ['a stranger', 'select 1', `it is not a member of ${threeRoles}`],
  [
    'a member that may not switch',
    `grant ${threeRoles} to ${role} with set false`,
    `it is not a member of ${threeRoles}`,
  ],
  [
    'a member of two of three',
    `grant microapp_workspace, microapp_owner to ${role}`,
    'it is not a member of microapp_system',
  ],
])('refuses %s, and says why (H56)', async (_, setUp, reason) => {
  const error = await check(setUp);
  expect(error).toBeInstanceOf(ServerRoleError);
  expect(String(error)).toContain(reason);
});

it.each(['superuserUrl', 'migrationUrl'] as const)('does not start as the role of %s (H56)', async (name) => {
  const url = database.postgres[name];
  const opening = openDatabase(
    { kind: 'postgres', url, migrationUrl: database.postgres.migrationUrl },
    { log: { info: () => undefined, warn: () => undefined }, clock: systemClock },
  );
  await expect(opening).rejects.toThrow(ServerRoleError);
});
