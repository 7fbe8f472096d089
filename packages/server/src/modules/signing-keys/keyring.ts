import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Database } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { insertSigningKey, selectSigningKeys, type SigningKeyRow } from './store.ts';

export type PublicJwk = { kty: string; crv: string; x: string; kid: string; alg: 'EdDSA'; use: 'sig' };

/** The Ed25519 keys that sign sessions: the newest signs, every published one verifies. */
export type Keyring = {
  current(): { kid: string; privateKey: KeyObject };
  /** The public key of that id; undefined when it is none of ours. Another instance's new key is looked up once. */
  find(kid: string): Promise<KeyObject | undefined>;
  published(): PublicJwk[];
};

type LoadedKey = { kid: string; publicKey: KeyObject; privateKey: KeyObject; jwk: PublicJwk };

const kidPattern = /^sig_[0-9A-Za-z]{22}$/;
// A flood of made-up key ids costs one look-up in this time, not one each.
const reloadIntervalMs = 1000;

/** Loads the keys, making the first one when there is none. Private halves are sealed in the database. */
export async function openKeyring(deps: {
  db: Database;
  clock: Clock;
  random: Random;
  envelope: Envelope;
}): Promise<Keyring> {
  const { db, clock, random, envelope } = deps;
  let keys = await load();
  let loadedAt = clock.monotonicMs();
  if (keys.length === 0) {
    await make();
    keys = await load();
  }

  async function load(): Promise<LoadedKey[]> {
    const rows = await db.withSystem('signing-keys.load', selectSigningKeys);
    return rows.map((row) => openKey(row, envelope));
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
      const known = keys.find((key) => key.kid === kid);
      if (known !== undefined || clock.monotonicMs() - loadedAt < reloadIntervalMs) return known?.publicKey;
      loadedAt = clock.monotonicMs();
      keys = await load();
      return keys.find((key) => key.kid === kid)?.publicKey;
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
