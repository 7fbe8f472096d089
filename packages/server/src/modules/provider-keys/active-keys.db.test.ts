import { beforeAll, expect, it } from 'vitest';
import { SqlError } from '../../platform/db/errors.ts';
import { describeOnBothEngines, type TestDatabase } from '../../testing/database.ts';
import { selectNewestActiveKeys } from './store.ts';

describeOnBothEngines('a run’s transaction', (open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
    await database.admin.session((session) =>
      session.execute(`
        insert into owners (id, name, created_at) values ('own_1', 'One', now()), ('own_2', 'Two', now());
        insert into workspaces (id, owner_id, name, attributes, created_at, updated_at)
          values ('ws_1', 'own_1', 'One', '{}', now(), now());
        insert into provider_keys (id, owner_id, provider, key_sealed, key_last4, is_active, created_at, updated_at, deleted_at)
          values ('old', 'own_1', 'openai', 'x', 'last', true, '2026-01-01', now(), null),
            ('new', 'own_1', 'openai', 'x', 'last', true, '2026-01-02', now(), null),
            ('off', 'own_1', 'openai', 'x', 'last', false, '2026-01-03', now(), null),
            ('other provider', 'own_1', 'mistral', 'x', 'last', true, '2026-01-01', now(), null),
            ('deleted, and on by mistake', 'own_1', 'mistral', 'x', 'last', true, '2026-01-04', now(), now()),
            ('foreign', 'own_2', 'openai', 'x', 'last', true, '2026-01-05', now(), null);`),
    );
  });

  const tenant = { ownerId: 'own_1', workspaceId: 'ws_1' };

  it('finds the newest key of each provider that is active, and no other owner’s', async () => {
    const rows = await database.db.withWorkspace(tenant, selectNewestActiveKeys);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(['new', 'other provider']);
  });

  it.each([
    ['which keys there are', 'select id from provider_keys', ['new', 'old', 'other provider']],
    ['the last characters of a key', 'select key_last4 from provider_keys', '42501'],
    ['what a key is called', 'select name from provider_keys', '42501'],
    ['an update', 'update provider_keys set is_active = true', '42501'],
    ['a deletion', 'delete from provider_keys', '42501'],
  ])('may do no more than read what a call of a model needs, of active keys: %s', async (_, query, expected) => {
    const found = await database.admin.session(async (session) => {
      await session.execute('begin');
      try {
        await session.execute(`set local role microapp_workspace; set local app.owner_id = 'own_1'`);
        await session.execute(`set local app.workspace_id = 'ws_1'`);
        const { rows } = await session.query(query, []);
        return rows.map(({ id }) => String(id)).toSorted();
      } catch (error) {
        return error instanceof SqlError ? error.sqlState : error;
      } finally {
        await session.execute('rollback');
      }
    });
    expect(found).toEqual(expected);
  });
});
