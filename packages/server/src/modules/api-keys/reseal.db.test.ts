import { randomBytes } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../platform/clock.ts';
import { createEnvelope } from '../../platform/crypto/envelope.ts';
import { createKeyedHash } from '../../platform/crypto/keyed-hash.ts';
import { newId, systemRandom } from '../../platform/random.ts';
import { Secret } from '../../platform/secret.ts';
import { describeOnBothEngines, type TestDatabase } from '../../testing/database.ts';
import { issueApiKey } from './issue.ts';
import { resealApiKeys } from './reseal.ts';
import { namesOfApiKey, openApiKey, type Vault } from './sealed-key.ts';

const freshKey = (): Secret => new Secret(randomBytes(32).toString('base64'));

function vaultOf(...keys: Secret[]): Vault {
  return { envelope: createEnvelope(keys, systemRandom), keyedHash: createKeyedHash(keys) };
}

describeOnBothEngines('exchanging the encryption key', (open) => {
  const [oldKey, newKey] = [freshKey(), freshKey()];
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });

  async function found(vault: Vault, raw: string): Promise<string | undefined> {
    const rows = await database.admin.query(
      'select id, secret_sealed from lookup.api_key($1) join api_keys using (id)',
      [namesOfApiKey(vault, raw)],
    );
    const [row] = rows;
    return row && openApiKey(vault, String(row['id']), row['secret_sealed'] as Uint8Array).reveal();
  }

  it('finds every API key throughout, page by page, and afterwards without the old key (U75)', async () => {
    const ownerId = newId(systemRandom, 'owner');
    const { admin, db } = database;
    await admin.query('insert into owners (id, name, created_at) values ($1, $2, now())', [ownerId, 'Another']);
    const issuing = { ...vaultOf(oldKey), clock: systemClock, random: systemRandom };
    const raws: string[] = [];
    for (let count = 0; count < 5; count++) {
      const wanted = { name: 'x', scope: 'readonly' as const, appIds: [] };
      const { secret } = await db.withOwner({ ownerId }, (tx) => issueApiKey(issuing, tx, { ownerId, wanted }));
      raws.push(secret.reveal());
    }

    const both = vaultOf(newKey, oldKey);
    let pages = 0;
    for (let after: string | undefined = ''; after !== undefined; pages++) {
      for (const raw of raws) expect(await found(both, raw)).toBe(raw);
      const page: { after: string; limit: number } = { after, limit: 2 };
      after = await db.withSystem('test.reseal', (tx) => resealApiKeys(both, tx, page));
    }
    expect(pages).toBe(4);
    for (const raw of raws) {
      expect(await found(vaultOf(newKey), raw)).toBe(raw);
      expect(await found(vaultOf(oldKey), raw)).toBeUndefined();
    }
  });
});
