import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createLookUpBatch } from '../../platform/cache/look-up-batch.ts';
import { createRecordCache } from '../../platform/cache/record-cache.ts';
import type { ChangeFeed } from '../../platform/changes/change-feed.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Database } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { withinTime } from '../../platform/within-time.ts';
import { insertSigningKey, selectSigningKeys, type SigningKeyRow } from './store.ts';

export type PublicJwk = { kty: string; crv: string; x: string; kid: string; alg: 'EdDSA'; use: 'sig' };

/** The Ed25519 keys that sign sessions: the newest signs, every published one verifies. */
export type Keyring = {
  current(): { kid: string; privateKey: KeyObject };
  /**
   * The public key of that id, if it is published at this moment; undefined for any other. Whoever remembers what a key
   * has signed asks again at each use: a key that is retired takes its sessions with it, on every instance.
   */
  find(kid: string): Promise<KeyObject | undefined>;
  published(): PublicJwk[];
};

type LoadedKey = { kid: string; publicKey: KeyObject; privateKey: KeyObject; jwk: PublicJwk };

const kidPattern = /^sig_[0-9A-Za-z]{22}$/;
/** Askers that share a reading while nothing may be remembered. */
const reading = { max: 1000, waitingMax: 10_000 };
const readMsMax = 5000;
const changeOfKeys = 'signing_key:';

/** Loads the keys, making the first one when there is none. Private halves are sealed in the database. */
export async function openKeyring(deps: {
  db: Database;
  clock: Clock;
  random: Random;
  envelope: Envelope;
  changes: Pick<ChangeFeed, 'isTrusted' | 'follow'>;
}): Promise<Keyring> {
  const { db, clock, random, envelope, changes } = deps;
  const remembered = createRecordCache<readonly LoadedKey[]>({ max: 1, isTrusted: changes.isTrusted });
  const read = createLookUpBatch({
    ...reading,
    async lookUp(asked: readonly 'published'[]) {
      const rows = await db.withSystem('signing-keys.load', selectSigningKeys);
      const loaded = rows.map((row) => openKey(row, envelope));
      return asked.map(() => loaded);
    },
  });
  changes.follow({
    evict(tag) {
      if (tag.startsWith(changeOfKeys)) forget();
    },
    clear: forget,
  });
  let keys: readonly LoadedKey[] = [];
  if ((await load()).length === 0) {
    await make();
    // The notification of it may be on its way still.
    remembered.clear();
    await load();
  }

  async function load(): Promise<readonly LoadedKey[]> {
    const loaded = await remembered.get('published', async () => {
      const value = await read('published');
      return value && { value, tags: [] };
    });
    keys = loaded ?? [];
    return keys;
  }

  /** What is published and what signs follows at once, and not only when the next session is looked at. */
  function forget(): void {
    remembered.clear();
    // Whoever needs a key reads it anew anyway, and is told of the failure.
    load().catch(() => undefined);
  }

  async function make(): Promise<void> {
    const kid = newId(random, 'signingKey');
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    const { kty, crv, x } = publicKey.export({ format: 'jwk' });
    await db.withSystem('signing-keys.make', (tx) =>
      insertSigningKey(tx, {
        id: kid,
        public_jwk: JSON.stringify({ kty, crv, x }),
        private_key_sealed: envelope.seal(der, placeOf(kid)),
        created_at: new Date(clock.now()),
      }),
    );
  }

  return {
    current() {
      const [newest] = keys;
      if (newest === undefined) throw new Error('There is no signing key.');
      return newest;
    },
    async find(kid) {
      if (!kidPattern.test(kid)) return undefined;
      const published = await withinTime(clock, readMsMax, load());
      return published.find((key) => key.kid === kid)?.publicKey;
    },
    published: () => keys.map(({ jwk }) => jwk),
  };
}

function placeOf(kid: string): string {
  return `signing_keys/${kid}`;
}

function openKey(row: SigningKeyRow, envelope: Envelope): LoadedKey {
  const der = envelope.open(row.private_key_sealed, placeOf(row.id));
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  // The public half is derived, so that nobody who can only write the table can plant a key of their own.
  const publicKey = createPublicKey(privateKey);
  const { kty = '', crv = '', x = '' } = publicKey.export({ format: 'jwk' });
  return { kid: row.id, privateKey, publicKey, jwk: { kty, crv, x, kid: row.id, alg: 'EdDSA', use: 'sig' } };
}
