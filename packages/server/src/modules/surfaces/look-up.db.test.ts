import { beforeAll, expect, it } from 'vitest';
import { describeOnBothEngines, type TestDatabase } from '../../testing/database.ts';

/** Enough rows for an index to pay, so that a plan without one is a plan that cannot have one. */
const rowCount = 5000;

const lookUps = [
  { lookUp: 'lookup.client_token(text)', index: 'client_tokens_token_key' },
  { lookUp: 'lookup.embed_token(bytea)', index: 'embed_tokens_secret_hash_key' },
  { lookUp: 'lookup.owner_key(bytea)', index: 'owner_keys_secret_hash_key' },
  { lookUp: 'lookup.embed_ticket(bytea)', index: 'embed_tickets_pkey' },
];

describeOnBothEngines('looking a credential up', (open) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await open();
    const { admin } = database;
    await admin.session((session) =>
      session.execute(`
        insert into owners (id, name, created_at) values ('own_1', 'One', now());
        insert into workspaces (id, owner_id, name, attributes, created_at, updated_at)
          values ('ws_1', 'own_1', 'One', '{}', now(), now());
        insert into surfaces (id, owner_id, workspace_id, name, environment, apps, permissions, theme, texts, limits, created_at, updated_at)
          select 'srf_' || n, 'own_1', 'ws_1', 'x', 'production', '{a}', '{tool:run}', '{}', '{}', '{}', now(), now()
          from generate_series(1, ${rowCount}) n;
        insert into client_tokens (id, owner_id, workspace_id, surface_id, token, created_at)
          select 'ctok_' || n, 'own_1', 'ws_1', 'srf_' || n, 'wk_pub_' || n, now() from generate_series(1, ${rowCount}) n;
        insert into embed_tokens (id, owner_id, workspace_id, apps, permissions, use, secret_hash, created_at)
          select 'etok_' || n, 'own_1', 'ws_1', '{a}', '{tool:run}', 'widget', sha256(n::text::bytea), now()
          from generate_series(1, ${rowCount}) n;
        insert into owner_keys (id, owner_id, secret_hash, created_at)
          select 'ownk_' || n, 'own_1', sha256(n::text::bytea), now() from generate_series(1, ${rowCount}) n;
        insert into embed_tickets (secret_hash, owner_id, workspace_id, credential_class, credential_id, credential_version,
            apps, origin, created_at, expires_at)
          select sha256(n::text::bytea), 'own_1', 'ws_1', 'embed_token', 'etok_' || n, 1, '{a}', 'x', now(), now()
          from generate_series(1, ${rowCount}) n;
        analyze;`),
    );
  });

  it.each(lookUps)('$lookUp finds one of thousands by an index (H18)', async ({ lookUp, index }) => {
    const plan = await database.admin.session(async (session) => {
      // The function's own query, as the role that it runs as, with its parameter in place.
      const { rows } = await session.query(
        `select prosrc as query, proargnames[1] as parameter, pg_get_userbyid(proowner) as role
           from pg_proc where oid = $1::regprocedure`,
        [lookUp],
      );
      const [found] = rows;
      if (found === undefined) throw new Error(`There is no function ${lookUp}.`);
      const value = lookUp.includes('bytea') ? `sha256('17'::bytea)` : `'wk_pub_17'`;
      const query = String(found['query']).replace(new RegExp(`= ${String(found['parameter'])}\\b`), `= ${value}`);
      expect(query).toContain(value);
      await session.execute('begin');
      try {
        await session.execute(`set local role ${String(found['role'])}`);
        expect((await session.query(query, [])).rows).toHaveLength(1);
        const explained = await session.query(`explain ${query}`, []);
        return explained.rows.map((row) => String(row['QUERY PLAN'])).join('\n');
      } finally {
        await session.execute('rollback');
      }
    });
    expect(plan).toMatch(new RegExp(`Index (Only )?Scan using ${index}`));
    expect(plan).not.toContain('Seq Scan');
  });
});
