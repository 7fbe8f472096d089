import { sql } from 'kysely';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { beforeAll, expect, it } from 'vitest';

import { describeOnBothEngines } from '../../testing/database.ts';
import type { TestDatabase } from '../../testing/database.ts';
import type { Database } from './database.ts';
import { ConnectionLostError, SqlError, TransactionError, isForeignKeyViolation, isUniqueViolation } from './errors.ts';
import type { SystemTx, WorkspaceTx } from './tx.ts';

const notes = fileURLToPath(new URL('fixtures/notes', import.meta.url));
const scope = { ownerId: 'own_1', workspaceId: 'ws_1' };

type Identity = {
  role: string;
  workspaceId: string | null;
  ownerId: string | null;
  reason: string | null;
  pid: number;
};

async function whoAmI(
  tx: Parameters<Parameters<Database['withOwner']>[1]>[0] | WorkspaceTx | SystemTx,
): Promise<Identity> {
  const { rows } = await sql<Identity>`
    select current_user as role, pg_backend_pid() as pid,
      nullif(current_setting('app.workspace_id', true), '') as "workspaceId",
      nullif(current_setting('app.owner_id', true), '') as "ownerId",
      nullif(current_setting('app.reason', true), '') as reason`.execute(tx);
  const [identity] = rows;
  if (identity === undefined) throw new Error('no row');
  return identity;
}

function insertNote(
  tx: WorkspaceTx,
  note: { body: string; workspaceId?: string; notebookId?: string },
): Promise<unknown> {
  return sql`insert into notes (workspace_id, body, notebook_id)
    values (${note.workspaceId ?? scope.workspaceId}, ${note.body}, ${note.notebookId ?? null})`.execute(tx);
}

async function bodies(tx: WorkspaceTx | SystemTx): Promise<string[]> {
  const { rows } = await sql<{ body: string }>`select body from notes order by body`.execute(tx);
  return rows.map(({ body }) => body);
}

const neverRun = (): Promise<never> => Promise.reject(new Error('the callback ran'));

const notify = (payload: string) => (tx: SystemTx) => sql`select pg_notify('changes', ${payload})`.execute(tx);

describeOnBothEngines('the database', (open, engine) => {
  let test: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test = await open({ migrations: notes });
    db = test.db;
  });

  it('runs a workspace transaction as its role, with its workspace and its owner (H55)', async () => {
    expect(await db.withWorkspace(scope, whoAmI)).toMatchObject({
      role: 'microapp_workspace',
      workspaceId: 'ws_1',
      ownerId: 'own_1',
      reason: null,
    });
  });

  it('runs an owner transaction as its role, with its owner and no workspace', async () => {
    expect(await db.withOwner(scope, whoAmI)).toMatchObject({
      role: 'microapp_owner',
      workspaceId: null,
      ownerId: 'own_1',
    });
  });

  it('runs a system transaction as its role, with its reason and no tenant', async () => {
    expect(await db.withSystem('tests.look', whoAmI)).toMatchObject({
      role: 'microapp_system',
      workspaceId: null,
      ownerId: null,
      reason: 'tests.look',
    });
  });

  it.each<[string, (tx: WorkspaceTx) => Promise<unknown>]>([
    ['a commit', whoAmI],
    ['an error of the callback', async (tx) => Promise.reject(new Error(`thrown by ${(await whoAmI(tx)).role}`))],
    ['a refused statement', (tx) => sql`select * from no_such_table`.execute(tx)],
    ['a statement abandoned under way', (tx) => Promise.race([whoAmI(tx), Promise.reject(new Error('cancelled'))])],
    ['a transaction without a statement', () => Promise.resolve()],
  ])('carries no role and no tenant into the next transaction after %s (H33, H56)', async (_, run) => {
    const { pid } = await db.withSystem('tests.look', whoAmI);
    await db.withWorkspace(scope, run).catch(() => undefined);
    const next = await db.withSystem('tests.look', whoAmI);
    expect(next).toEqual({ role: 'microapp_system', workspaceId: null, ownerId: null, reason: 'tests.look', pid });
    expect(await db.withOwner({ ownerId: 'own_2' }, whoAmI)).toMatchObject({ workspaceId: null, ownerId: 'own_2' });
  });

  it('commits what the callback did when it resolves', async () => {
    await db.withWorkspace(scope, (tx) => insertNote(tx, { body: 'kept' }));
    expect(await db.withWorkspace(scope, bodies)).toContain('kept');
  });

  it('rolls back when the callback rejects, and rejects with the same error', async () => {
    const failure = new Error('changed my mind');
    const attempt = db.withWorkspace(scope, async (tx) => {
      await insertNote(tx, { body: 'dropped' });
      throw failure;
    });
    await expect(attempt).rejects.toBe(failure);
    expect(await db.withWorkspace(scope, bodies)).not.toContain('dropped');
  });

  it('refuses to commit after a failed statement, even if its error was swallowed', async () => {
    const attempt = db.withWorkspace(scope, async (tx) => {
      await insertNote(tx, { body: 'before the failure' });
      await sql`select * from no_such_table`.execute(tx).catch(() => undefined);
    });
    await expect(attempt).rejects.toThrow(TransactionError);
    expect(await db.withWorkspace(scope, bodies)).not.toContain('before the failure');
  });

  it('keeps 20 concurrent transactions apart (H33)', async () => {
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const workspaceId = `ws_concurrent_${index}`;
        return db.withWorkspace({ ownerId: `own_${index}`, workspaceId }, async (tx) => {
          await insertNote(tx, { workspaceId, body: `one of ${workspaceId}` });
          const before = await whoAmI(tx);
          await insertNote(tx, { workspaceId, body: `two of ${workspaceId}` });
          return { index, before, bodies: await bodies(tx) };
        });
      }),
    );
    for (const { index, before, bodies: own } of seen) {
      expect(before).toMatchObject({ workspaceId: `ws_concurrent_${index}`, ownerId: `own_${index}` });
      expect(own).toEqual([`one of ws_concurrent_${index}`, `two of ws_concurrent_${index}`]);
    }
  });

  it('runs the queries of one transaction one after the other when they are asked for at once', async () => {
    const answers = await db.withSystem('tests.look', (tx) =>
      Promise.all(
        [1, 2, 3].map(
          async (value) => (await sql<{ value: number }>`select ${value}::int as value`.execute(tx)).rows[0]?.value,
        ),
      ),
    );
    expect(answers).toEqual([1, 2, 3]);
  });

  it.each<[string, (database: Database) => Promise<unknown>]>([
    ['withWorkspace', (database) => database.withWorkspace(scope, whoAmI)],
    ['withOwner', (database) => database.withOwner(scope, whoAmI)],
    ['withSystem', (database) => database.withSystem('tests.nest', whoAmI)],
    ['listen', (database) => database.listen('nested', () => undefined)],
    ['ping', (database) => database.ping()],
  ])('refuses %s inside a running transaction at once', async (_, nested) => {
    const attempt = db.withWorkspace(scope, async (tx) => {
      await whoAmI(tx);
      await nested(db);
    });
    await expect(attempt).rejects.toThrow(/already running/);
  });

  it('opens a transaction for work that a finished one left behind', async () => {
    const gate = Promise.withResolvers<void>();
    const leftover = await db.withSystem('tests.start', async () => ({
      // Wrapped, or the transaction would wait for it.
      work: gate.promise.then(() => db.withSystem('tests.continue', whoAmI)),
    }));
    gate.resolve();
    await expect(leftover.work).resolves.toMatchObject({ reason: 'tests.continue' });
  });

  it('refuses a handle that outlives its transaction', async () => {
    const kept = await db.withWorkspace(scope, async (tx) => ({ tx }));
    await expect(whoAmI(kept.tx)).rejects.toThrow(/has ended/);
    const failed: { tx?: WorkspaceTx } = {};
    await db
      .withWorkspace(scope, async (tx) => {
        failed.tx = tx;
        throw new Error('failed');
      })
      .catch(() => undefined);
    if (failed.tx === undefined) throw new Error('the callback did not run');
    await expect(whoAmI(failed.tx)).rejects.toThrow(/has ended/);
  });

  it.each(["x'; drop table notes; --", "o'clock", '', ' ', 'ws 1', 'ws_1\n', 'é', '\\', 'a'.repeat(65)])(
    'refuses the id %j, as workspace and as owner, before anything reaches the database',
    async (id) => {
      await expect(db.withWorkspace({ ownerId: 'own_1', workspaceId: id }, neverRun)).rejects.toThrow(TypeError);
      await expect(db.withWorkspace({ ownerId: id, workspaceId: 'ws_1' }, neverRun)).rejects.toThrow(TypeError);
      await expect(db.withOwner({ ownerId: id }, neverRun)).rejects.toThrow(TypeError);
    },
  );

  it.each(["a.b'; drop table notes; --", 'a.', 'A.b', 'a.b.c', `a.${'b'.repeat(64)}`] as const)(
    'refuses the reason %j',
    async (reason) => {
      await expect(db.withSystem(reason as 'a.b', neverRun)).rejects.toThrow(TypeError);
    },
  );

  it('tells a broken unique constraint by its name', async () => {
    await db.withWorkspace(scope, (tx) => insertNote(tx, { body: 'twice' }));
    const again = db.withWorkspace(scope, (tx) => insertNote(tx, { body: 'twice' }));
    const error: unknown = await again.catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'notes_body_key')).toBe(true);
    expect(isUniqueViolation(error, 'another_key')).toBe(false);
    expect(isForeignKeyViolation(error)).toBe(false);
    expect(error).toMatchObject({ sqlState: '23505', table: 'notes' });
  });

  // PostgreSQL hides them by itself where a policy applies, and only there.
  it('does not repeat a row’s values in an error', async () => {
    const insert = sql`insert into notebooks values ('confidential')`;
    await db.withSystem('tests.insert', (tx) => insert.execute(tx));
    const again = db.withSystem('tests.insert', (tx) => insert.execute(tx));
    const error: unknown = await again.catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error, 'notebooks_pkey')).toBe(true);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('confidential');
  });

  it('tells a broken foreign key by its name', async () => {
    const attempt = db.withWorkspace(scope, (tx) => insertNote(tx, { body: 'lost', notebookId: 'none' }));
    const error: unknown = await attempt.catch((thrown: unknown) => thrown);
    expect(isForeignKeyViolation(error, 'notes_notebook_id_fkey')).toBe(true);
    expect(isUniqueViolation(error)).toBe(false);
  });

  it('shows a workspace its own rows only, and keeps it from writing another’s (H55, H56)', async () => {
    await db.withWorkspace(scope, (tx) => insertNote(tx, { body: 'mine' }));
    const other = { ownerId: 'own_1', workspaceId: 'ws_2' };
    expect(await db.withWorkspace(other, bodies)).toEqual([]);
    const attempt = db.withWorkspace(other, (tx) => insertNote(tx, { body: 'planted', workspaceId: 'ws_1' }));
    await expect(attempt).rejects.toThrow(SqlError);
    expect(await db.withSystem('tests.look', bodies)).not.toContain('planted');
  });

  it('answers the same values on both engines', async () => {
    const bytes = new Uint8Array([0, 1, 127, 128, 255]);
    const at = new Date('2026-01-31T23:59:59.123Z');
    const json = { text: 'a"\\b', list: [1, null, true] };
    const list = ['plain', 'with "quotes"', 'back\\slash', '{,}', '', null, 'NULL'];
    const { rows } = await db.withSystem('tests.look', (tx) =>
      sql`select ${bytes}::bytea as bytes, ${at}::timestamptz as at, ${json}::jsonb as json, ${list}::text[] as list,
        ${JSON.stringify([1, 'two'])}::jsonb as array, ${9_007_199_254_740_991}::bigint as big, ${1.5}::float8 as float,
        ${'1.10'}::numeric as numeric, ${true}::boolean as yes, ${null}::text as nothing, ${[1, 2]}::int[] as numbers,
        ${'2026-01-31'}::date as day, ${[at]}::timestamptz[] as times, '{}'::text[] as none,
        timestamptz '2026-01-31 12:00:00.5+05:30' as offset_time, 7::int8 as count`.execute(tx),
    );
    expect(rows).toEqual([
      {
        bytes: Buffer.from(bytes),
        at,
        json,
        list,
        array: [1, 'two'],
        big: 9_007_199_254_740_991,
        float: 1.5,
        numeric: '1.10',
        yes: true,
        nothing: null,
        numbers: [1, 2],
        day: '2026-01-31',
        times: [at],
        none: [],
        offset_time: new Date('2026-01-31T06:30:00.500Z'),
        count: 7,
      },
    ]);
  });

  it('refuses a bigint that a number cannot hold exactly', async () => {
    const attempt = db.withSystem('tests.look', (tx) => sql`select 9007199254740993::int8 as big`.execute(tx));
    await expect(attempt).rejects.toThrow(/a number cannot/);
    await expect(db.withSystem('tests.look', whoAmI)).resolves.toMatchObject({ role: 'microapp_system' });
  });

  it('counts the rows that a statement changed', async () => {
    const inserted = await db.withWorkspace(scope, (tx) =>
      sql`insert into notes (workspace_id, body) values ('ws_1', 'first of two'), ('ws_1', 'second of two')`.execute(
        tx,
      ),
    );
    expect(inserted.numAffectedRows).toBe(2n);
  });

  it('has handed a commit’s notifications to the listeners when asked to, and never those of a rollback', async () => {
    const heard: string[] = [];
    const stop = await db.listen('changes', (payload) => heard.push(payload));
    await db.withSystem('tests.notify', notify('one'));
    await db.notifications.delivered();
    expect(heard).toEqual(['one']);
    await db
      .withSystem('tests.notify', async (tx) => {
        await notify('rolled back')(tx);
        throw new Error('roll back');
      })
      .catch(() => undefined);
    await db.withSystem('tests.notify', notify('two'));
    await db.notifications.delivered();
    expect(heard).toEqual(['one', 'two']);
    await stop();
    await db.withSystem('tests.notify', notify('three'));
    await db.notifications.delivered();
    expect(heard).toEqual(['one', 'two']);
  });

  it('refuses a channel that is no identifier', async () => {
    await expect(db.listen('a"; drop table notes; --', () => undefined)).rejects.toThrow(TypeError);
  });

  it('answers a ping until it is closed, and closes only once running transactions have ended', async () => {
    const { db: closing } = await open({ migrations: notes });
    await closing.ping();
    const gate = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const running = closing.withSystem('tests.linger', async (tx) => {
      inside.resolve();
      await gate.promise;
      return whoAmI(tx);
    });
    await inside.promise;
    const closed = closing.close();
    gate.resolve();
    await expect(running).resolves.toMatchObject({ reason: 'tests.linger' });
    await closed;
    await expect(closing.ping()).rejects.toThrow(ConnectionLostError);
    await expect(closing.withSystem('tests.late', whoAmI)).rejects.toThrow(ConnectionLostError);
  });

  it('names its engine', () => {
    expect(db.engine).toBe(engine);
  });
});
