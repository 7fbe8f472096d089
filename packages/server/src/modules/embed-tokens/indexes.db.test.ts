import { beforeAll, expect, it } from 'vitest';
import { describeOnBothEngines, type TestDatabase } from '../../testing/database.ts';
import { countRowsRead } from '../../testing/query-plan.ts';
import { embedTokensQuery, placeOf, type EmbedTokenFilter, type EmbedTokenPage } from './store.ts';

const owner = { ownerId: 'own_1' };
const now = new Date('2026-03-01T00:00:00Z');
const monthAgo = new Date('2026-01-30T00:00:00Z');
const tokensEach = 20_000;
const limit = 50;
/** A page, the row after it, and as many again that a filter may pass over on the way. */
const rowsReadMax = 2 * (limit + 1);

/** When the nth token of a customer expires, was revoked and was last used, as SQL. */
const customers = {
  // Nearly all are in use; of each thousand one has expired, one is revoked, one was never used, one not for long.
  ws_busy: `case n % 1000 when 1 then '2026-02-01'::timestamptz end,
    case n % 1000 when 2 then '2026-02-01'::timestamptz end,
    case n % 1000 when 3 then null when 4 then '2025-06-01' else '2026-02-01'::timestamptz + n * interval '1 second' end`,
  // Nearly all are revoked; of each thousand two are in force, and one has expired.
  ws_tidied: `case n % 1000 when 1 then '2026-02-01'::timestamptz end,
    case when n % 1000 >= 3 then '2026-02-01'::timestamptz end,
    '2026-02-01'::timestamptz + n * interval '1 second'`,
};

const filters: EmbedTokenFilter[] = ([undefined, 'active', 'expired', 'revoked'] as const).flatMap((status) =>
  ([undefined, 'never', monthAgo] as const).map((unusedSince) => ({ status, unusedSince })),
);

describeOnBothEngines('with many embed tokens', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
    await test.admin.session(async (session) => {
      await session.execute('set session_replication_role = replica');
      for (const [workspaceId, dates] of Object.entries(customers)) {
        await session.query(
          `insert into workspaces (id, owner_id, name, attributes, created_at, updated_at)
           values ($1, 'own_1', 'One', '{}', '2025-01-01', '2025-01-01')`,
          [workspaceId],
        );
        await session.query(
          `insert into embed_tokens (id, owner_id, workspace_id, apps, permissions, use, secret_hash, created_at,
             expires_at, revoked_at, last_used_at)
           select 'etok_' || $1 || n, 'own_1', $1, '{a}', '{tool:run}', 'widget', sha256(($1 || n)::bytea),
             '2025-01-01'::timestamptz + n * interval '1 minute', ${dates}
           from generate_series(0, $2::integer - 1) n`,
          [workspaceId, tokensEach],
        );
      }
      await session.execute('set session_replication_role = origin; analyze embed_tokens; analyze workspaces');
    });
  });

  it.each(
    Object.keys(customers).flatMap((id) => (['createdAt', 'lastUsedAt'] as const).map((sort) => [id, sort] as const)),
  )('a page of %s by %s reads what it shows and little else, however narrowed and deep (K52)', async (id, sort) => {
    await test.db.withOwner(owner, async (tx) => {
      for (const filter of filters) {
        const first: EmbedTokenPage = { limit, after: undefined, sort, filter, now };
        const shown = await embedTokensQuery(tx, id, first).execute();
        const last = shown.at(limit - 1);
        const deep = last === undefined ? [] : [{ ...first, after: placeOf(last, sort) }];
        for (const page of [first, ...deep]) {
          const rowsRead = await countRowsRead(embedTokensQuery(tx, id, page), 'embed_tokens');
          expect(rowsRead, JSON.stringify(page)).toBeGreaterThanOrEqual(Math.min(shown.length, limit));
          expect(rowsRead, JSON.stringify(page)).toBeLessThanOrEqual(rowsReadMax);
        }
      }
    });
  });
});
