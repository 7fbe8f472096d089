import { beforeAll, expect, it } from 'vitest';
import { buildApp } from '../../app.ts';
import { createEnvelope, type Envelope } from '../../platform/crypto/envelope.ts';
import { createKeyedHash } from '../../platform/crypto/keyed-hash.ts';
import type { Database } from '../../platform/db/index.ts';
import { systemRandom } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { expectRefusal } from '../../testing/refusal.ts';
import { whileClockRuns } from '../../testing/running-clock.ts';
import {
  describeApp,
  expectStatus,
  freshSecretKey,
  ownUrl,
  type Answer,
  type Scenario,
} from '../../testing/scenario.ts';
import { rotateKeys } from './rotate-keys.ts';
import { sealedColumns } from './sealed-columns.ts';

const origin = 'https://shop.example';

/** The same installation as another start of it would be, with these keys. */
async function restarted<T>(
  scenario: Scenario,
  secretKeys: readonly Secret[],
  use: (post: (url: string) => Promise<{ status: number; body: Answer['body'] }>, app: Scenario['app']) => Promise<T>,
): Promise<T> {
  const app = await buildApp({
    ...scenario.deps,
    envelope: createEnvelope(secretKeys, systemRandom),
    keyedHash: createKeyedHash(secretKeys),
  });
  try {
    return await use(async (url) => {
      const headers = { authorization: `Bearer ${scenario.owner.key}` };
      // The scenario's own server is another instance: a change waits until that has followed.
      const answer = await whileClockRuns(scenario.clock, app.server.inject({ method: 'POST', url, headers }));
      return { status: answer.statusCode, body: answer.json() };
    }, app);
  } finally {
    await app.close();
  }
}

const rotation = '/v1/installation/rotate-keys';

describeApp('changing the encryption key', (open) => {
  let scenario: Scenario;
  const oldKey = freshSecretKey();
  const newKey = freshSecretKey();
  const providerKeys = 103;

  beforeAll(async () => {
    scenario = await open({ secretKeys: [oldKey] });
    const { owner } = scenario;
    for (let count = 0; count < providerKeys; count++) {
      const body = { provider: 'openai', key: `sk-rotated-key-${count}` };
      await expectStatus(owner.ask({ method: 'POST', url: '/v1/provider-keys', body }), 201);
    }
  });

  it('knows every column that holds an envelope', async () => {
    const columns = await scenario.database.admin.query(
      `select c.relname as table, a.attname as column from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       join pg_type t on t.oid = a.atttypid
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and t.typname = 'bytea'
         and a.attname like '%\\_sealed'
       order by 1, 2`,
    );
    expect(columns).toEqual(sealedColumns.map(({ table, column }) => ({ table, column })));
  });

  it('encrypts everything again, more than a batch of it, after which the old key may be dropped', async () => {
    const { owner, database } = scenario;
    const surface = await owner.surface((await owner.workspace()).id);
    const { token } = await scenario.session(surface, origin);
    await expect(restarted(scenario, [newKey], async () => undefined)).rejects.toThrow('not among MICROAPP_SECRET_KEY');

    await restarted(scenario, [newKey, oldKey], async (post) => {
      expect(await post(rotation)).toEqual({
        status: 200,
        body: { resealed: providerKeys + 1, alreadyCurrent: 0, unreadable: 0, changedMeanwhile: 0 },
      });
      // Broken off and started again, it finds nothing left to do.
      expect((await post(rotation)).body).toMatchObject({ resealed: 0, alreadyCurrent: providerKeys + 1 });
    });

    const onlyNew = createEnvelope([newKey], systemRandom);
    const rows = await database.admin.query('select id, key_sealed as sealed, key_last4 from provider_keys');
    expect(rows).toHaveLength(providerKeys);
    for (const { id, sealed, key_last4: last4 } of rows) {
      const plain = onlyNew.open(sealed as Uint8Array, `provider_keys/${String(id)}`).toString();
      expect(plain).toMatch(/^sk-rotated-key-\d+$/);
      expect(plain.slice(-4)).toBe(last4);
    }
    await restarted(scenario, [newKey], async (_, app) => {
      const headers = { authorization: `Bearer ${token}`, origin: ownUrl };
      expect((await app.server.inject({ url: '/v1/embed/me', headers })).statusCode).toBe(200);
    });
  });

  it('leaves what it cannot open as it is, says how much, and does the rest', async () => {
    const { id } = (
      await expectStatus(
        scenario.owner.ask({
          method: 'POST',
          url: '/v1/provider-keys',
          body: { provider: 'google', key: 'sealed-with-the-old-key' },
        }),
        201,
      )
    ).body;
    const third = freshSecretKey();
    await restarted(scenario, [third, newKey], async (post) => {
      expect((await post(rotation)).body).toEqual({
        resealed: providerKeys + 1,
        alreadyCurrent: 0,
        unreadable: 1,
        changedMeanwhile: 0,
      });
    });
    const [row] = await scenario.database.admin.query('select key_sealed from provider_keys where id = $1', [id]);
    const sealed = row?.['key_sealed'] as Uint8Array;
    expect(createEnvelope([oldKey], systemRandom).open(sealed, `provider_keys/${id}`).toString()).toContain('old-key');
    expect(scenario.logged()).toContain(`provider_keys/${id}`);
  });
});

describeApp('the installation', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('audits a change of the encryption key with what it came to', async () => {
    const answer = await expectStatus(scenario.owner.ask({ method: 'POST', url: rotation }), 200);
    const { data } = (await scenario.owner.ask({ url: '/v1/audit?limit=1' })).body;
    expect(data).toMatchObject([
      { event: 'installation.keys-rotated', actorId: scenario.owner.keyId, detail: answer.body },
    ]);
  });

  it('a value that somebody changes meanwhile is left to them', async () => {
    const { id } = (
      await expectStatus(
        scenario.owner.ask({
          method: 'POST',
          url: '/v1/provider-keys',
          body: { provider: 'openai', key: 'sk-before-1234' },
        }),
        201,
      )
    ).body;
    const { deps, database } = scenario;
    const newer = createEnvelope([freshSecretKey()], systemRandom);
    const envelope: Envelope = { ...newer, open: (sealed, place) => deps.envelope.open(sealed, place) };
    const overtaking = newer.seal(Buffer.from('sk-overtaken'), `provider_keys/${id}`);
    // The other's write comes after this one has read and before it writes.
    const db: Database = {
      ...deps.db,
      async withSystem(reason, run) {
        if (reason === 'installation.reseal') {
          await database.admin.query('update provider_keys set key_sealed = $1 where id = $2', [overtaking, id]);
        }
        return deps.db.withSystem(reason, run);
      },
    };
    const outcome = await rotateKeys({ ...deps, db, envelope });
    expect(outcome).toEqual({ resealed: 1, alreadyCurrent: 1, unreadable: 0, changedMeanwhile: 0 });
    const [row] = await database.admin.query('select key_sealed from provider_keys where id = $1', [id]);
    expect(newer.open(row?.['key_sealed'] as Uint8Array, `provider_keys/${id}`).toString()).toBe('sk-overtaken');
  });

  it('says of its wall that it stands, by its catalogue and by asking without a filter (H65)', async () => {
    const { body } = await expectStatus(scenario.owner.ask({ url: '/v1/installation/wall' }), 200);
    expect(body).toEqual({
      stands: true,
      engine: scenario.database.db.engine,
      rules: expect.any(Number),
      tables: expect.any(Number),
      breaches: [],
    });
    expect(Math.min(body.rules, body.tables)).toBeGreaterThan(5);
  });

  it('says which table has lost its wall', async () => {
    await scenario.database.admin.query('alter table workspaces disable row level security');
    try {
      const { body } = await expectStatus(scenario.owner.ask({ url: '/v1/installation/wall' }), 200);
      expect(body.stands).toBe(false);
      expect(body.breaches).toContain('row-level security is enabled and forced: workspaces');
      expect(body.breaches).toContain('a query that forgets to filter reads rows: workspaces');
    } finally {
      await scenario.database.admin.query('alter table workspaces enable row level security');
    }
  });

  it.each([
    ['POST', rotation],
    ['GET', '/v1/installation/wall'],
  ] as const)('%s %s is the first owner’s alone', async (method, url) => {
    const other = await scenario.anotherOwner();
    await scenario.flush();
    await expectRefusal(scenario, () => other.ask({ method, url }), {
      status: 403,
      code: 'permission_denied',
      reason: 'not_the_first_owner',
      credentialId: other.keyId,
    });
  });
});

describeApp('changing the encryption key under API keys', (open) => {
  it('finds them before, between and after, at last without the old key, and by no other (U75)', async () => {
    const [oldKey, newKey] = [freshSecretKey(), freshSecretKey()];
    const scenario = await open({ secretKeys: [oldKey] });
    const held = [await scenario.owner.apiKey(), await scenario.owner.apiKey()];
    const accepted = async (app: Scenario['app']): Promise<number[]> => {
      const asked = held.map(({ key }) => ({ url: '/v1/api-keys/me', headers: { 'x-api-key': key } }));
      return Promise.all(asked.map(async (ask) => (await app.server.inject(ask)).statusCode));
    };
    await restarted(scenario, [newKey, oldKey], async (post, app) => {
      expect(await accepted(app)).toEqual([200, 200]);
      expect((await post(rotation)).body).toMatchObject({ resealed: held.length + 1, unreadable: 0 });
      expect(await accepted(app)).toEqual([200, 200]);
    });
    await restarted(scenario, [newKey], async (_, app) => {
      expect(await accepted(app)).toEqual([200, 200]);
    });
    const hashes = await scenario.database.admin.query('select secret_hash from api_keys order by id');
    const byNewKey = held.map(({ key }) => createKeyedHash([newKey]).current(key, 'api_keys').toString('hex'));
    const stored = hashes.map((row) => Buffer.from(row['secret_hash'] as Uint8Array).toString('hex'));
    expect(stored.toSorted()).toEqual(byNewKey.toSorted());
  });
});
