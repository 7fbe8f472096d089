import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { createRecordCache } from '../../platform/cache/record-cache.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import { makeSigningKey, placeOfSigningKey } from './make.ts';
import { signingAt, type KeyTimes } from './standing.ts';
import { lockSigningKeys, selectLiveSigningKeys, type SigningKeyRow } from './store.ts';

export type PublicJwk = { kty: string; crv: string; x: string; kid: string; alg: 'EdDSA'; use: 'sig' };

/** The Ed25519 keys that sign sessions: one signs, every published one verifies. */
export type Keyring = {
  current(): Promise<{ kid: string; privateKey: KeyObject }>;
  /** The public key of that id; undefined when it is none of ours, or retired, or revoked. */
  find(kid: string): Promise<KeyObject | undefined>;
  published(): Promise<PublicJwk[]>;
  /** Forgets the keys when `tag`, a change's name such as `signing_key:sig_…`, is about one. */
  evict(tag: string): void;
};

type LoadedKey = KeyTimes & { kid: string; publicKey: KeyObject; privateKey: KeyObject; jwk: PublicJwk };

const kidPattern = /^sig_[0-9A-Za-z]{22}$/;
const ring = 'signing_keys';

/**
 * Loads the keys, making the first one when there is none. Private halves are sealed in the database. Like credentials'
 * records, the keys are remembered until the database says that one changed: a key that is taken away verifies nothing
 * from the next request on.
 */
export async function openKeyring(deps: {
  db: Database;
  clock: Clock;
  random: Random;
  envelope: Envelope;
  isTrusted: () => boolean;
}): Promise<Keyring> {
  const { db, clock, envelope, isTrusted } = deps;
  const remembered = createRecordCache<{ keys: readonly LoadedKey[] }>({ max: 1, isTrusted });
  // Opening an envelope and parsing a key costs more than reading the row: each is done once.
  let opened = new Map<string, LoadedKey>();

  async function load(): Promise<readonly LoadedKey[]> {
    const rows = await db.withSystem('signing-keys.load', selectLiveSigningKeys);
    const keys = rows.map((row) => ({ ...(opened.get(row.id) ?? openKey(row, envelope)), ...timesOf(row) }));
    opened = new Map(keys.map((key) => [key.kid, key]));
    return keys;
  }

  async function liveKeys(): Promise<readonly LoadedKey[]> {
    const record = await remembered.get(ring, async () => ({ value: { keys: await load() }, tags: [ring] }));
    return record?.keys ?? [];
  }

  await db.withSystem('signing-keys.make', async (tx) => {
    await lockSigningKeys(tx);
    const keys = await selectLiveSigningKeys(tx);
    if (keys.length === 0) await makeSigningKey(deps, tx, clock.now());
  });
  // A key that cannot be opened stops the start, not the first request.
  await liveKeys();

  return {
    async current() {
      const key = signingAt(await liveKeys(), clock.now());
      if (key === undefined) throw new Error('There is no signing key.');
      return key;
    },
    async find(kid) {
      if (!kidPattern.test(kid)) return undefined;
      const keys = await liveKeys();
      return keys.find((key) => key.kid === kid)?.publicKey;
    },
    async published() {
      return (await liveKeys()).map(({ jwk }) => jwk);
    },
    evict(tag) {
      if (tag.startsWith('signing_key:')) remembered.evict(ring);
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
