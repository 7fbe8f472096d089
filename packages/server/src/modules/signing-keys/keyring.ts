import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { createLookUpBatch } from '../../platform/cache/look-up-batch.ts';
import { createRecordCache } from '../../platform/cache/record-cache.ts';
import type { ChangeFeed } from '../../platform/changes/change-feed.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Database } from '../../platform/db/index.ts';
import { withinTime } from '../../platform/within-time.ts';
import { makeSigningKey, placeOfSigningKey, type MakeDeps } from './make.ts';
import { signingAt, type KeyTimes } from './standing.ts';
import { lockSigningKeys, selectLiveSigningKeys, selectUnrevokedSigningKeys, type SigningKeyRow } from './store.ts';

export type PublicJwk = { kty: string; crv: string; x: string; kid: string; alg: 'EdDSA'; use: 'sig' };

/** The Ed25519 keys that sign JWTs: one signs, every published one verifies. */
export type Keyring = {
  current(): Promise<{ kid: string; privateKey: KeyObject }>;
  /**
   * The public key of that id, if it is published at this moment; undefined for any other. Whoever remembers what a key
   * has signed asks again at each use: a key that is taken away takes its tokens with it, on every instance.
   */
  find(kid: string): Promise<KeyObject | undefined>;
  /** The same, and retired keys too, for what outlives the key that signed it. A revoked key is found by nobody. */
  findUnrevoked(kid: string): Promise<KeyObject | undefined>;
  published(): Promise<PublicJwk[]>;
};

type LoadedKey = KeyTimes & { kid: string; publicKey: KeyObject; privateKey: KeyObject; jwk: PublicJwk };

const kidPattern = /^sig_[0-9A-Za-z]{22}$/;
/** Askers that share a reading while nothing may be remembered. */
const reading = { max: 1000, waitingMax: 10_000 };
const readMsMax = 5000;
const changeOfKeys = 'signing_key:';

/**
 * Loads the keys, making the first one when there is none. Private halves are sealed in the database. Like credentials'
 * records, the keys are remembered until the database says that one changed.
 */
export async function openKeyring(
  deps: MakeDeps & { db: Database; changes: Pick<ChangeFeed, 'isTrusted' | 'follow'> },
): Promise<Keyring> {
  const { db, clock, envelope, changes } = deps;
  const remembered = createRecordCache<readonly LoadedKey[]>({ max: 1, isTrusted: changes.isTrusted });
  const read = createLookUpBatch({
    ...reading,
    async lookUp(asked: readonly 'all'[]) {
      const keys = await load();
      return asked.map(() => keys);
    },
  });
  // Opening an envelope and parsing a key costs more than reading the row: each is done once.
  let opened = new Map<string, LoadedKey>();

  async function load(): Promise<readonly LoadedKey[]> {
    const rows = await db.withSystem('signing-keys.load', selectUnrevokedSigningKeys);
    const keys = rows.map((row) => ({ ...(opened.get(row.id) ?? openKey(row, envelope)), ...timesOf(row) }));
    opened = new Map(keys.map((key) => [key.kid, key]));
    return keys;
  }

  async function unrevokedKeys(): Promise<readonly LoadedKey[]> {
    const found = remembered.get('all', async () => {
      const value = await read('all');
      return value && { value, tags: [] };
    });
    return (await withinTime(clock, readMsMax, found)) ?? [];
  }

  async function publishedKeys(): Promise<readonly LoadedKey[]> {
    return (await unrevokedKeys()).filter((key) => key.retired_at === null);
  }

  changes.follow({
    evict(tag) {
      if (tag.startsWith(changeOfKeys)) remembered.clear();
    },
    clear: () => remembered.clear(),
  });
  await db.withSystem('signing-keys.make', async (tx) => {
    await lockSigningKeys(tx);
    const keys = await selectLiveSigningKeys(tx);
    if (keys.length === 0) await makeSigningKey(deps, tx, clock.now());
  });
  // The notification of a first key may be on its way still.
  remembered.clear();
  // A key that cannot be opened stops the start, not the first request.
  await unrevokedKeys();

  return {
    async current() {
      const key = signingAt(await publishedKeys(), clock.now());
      if (key === undefined) throw new Error('There is no signing key.');
      return key;
    },
    async find(kid) {
      if (!kidPattern.test(kid)) return undefined;
      return (await publishedKeys()).find((key) => key.kid === kid)?.publicKey;
    },
    async findUnrevoked(kid) {
      if (!kidPattern.test(kid)) return undefined;
      return (await unrevokedKeys()).find((key) => key.kid === kid)?.publicKey;
    },
    async published() {
      return (await publishedKeys()).map(({ jwk }) => jwk);
    },
  };
}

function timesOf({ id, signs_from, retired_at, revoked_at }: SigningKeyRow): KeyTimes {
  return { id, signs_from, retired_at, revoked_at };
}

function openKey(row: SigningKeyRow, envelope: Envelope): LoadedKey {
  const der = envelope.open(row.private_key_sealed, placeOfSigningKey(row.id));
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  // The public half is derived, so that nobody who can only write the table can plant a key of their own.
  const publicKey = createPublicKey(privateKey);
  const { kty = '', crv = '', x = '' } = publicKey.export({ format: 'jwk' });
  const jwk: PublicJwk = { kty, crv, x, kid: row.id, alg: 'EdDSA', use: 'sig' };
  return { ...timesOf(row), kid: row.id, privateKey, publicKey, jwk };
}
