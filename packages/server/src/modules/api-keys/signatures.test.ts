import { createSecretKey } from 'node:crypto';
import { apiKeyAlphabet, apiKeyLength } from '@microapp/contract';
import { expect, it } from 'vitest';
import { newUuid, randomText, systemRandom } from '../../platform/random.ts';
import { signAnything } from '../../testing/signed-token.ts';
import { parseUnverifiedSignedToken, type UnverifiedSignedToken } from './signed-token.ts';
import { rememberSignatures } from './signatures.ts';

const raw = randomText(systemRandom, apiKeyAlphabet, apiKeyLength);
const key = { id: newUuid(systemRandom), version: 1, signingKey: createSecretKey(Buffer.from(raw)) };
const other = { ...key, signingKey: createSecretKey(Buffer.from('A'.repeat(44))) };
const token = signAnything(raw, { kid: key.id, exp: 1_900_000_000, scope: 'readonly', apps: ['my-app'] });

function partsOf(text: string): UnverifiedSignedToken {
  const parts = parseUnverifiedSignedToken(text);
  if (parts === undefined) throw new Error('this is no signed token');
  return parts;
}

it('a signature that was checked is remembered for that key, that version and that token alone (U65)', () => {
  const signatures = rememberSignatures();
  const isGenuine = (...asked: Parameters<typeof signatures.isGenuine>): boolean => signatures.isGenuine(...asked);
  expect([1, 2].map(() => isGenuine(key, token, partsOf(token)))).toEqual([true, true]);
  // Remembered: by the name alone it is good although this key never signed it. Any other name is checked.
  expect(isGenuine(other, token, partsOf(token))).toBe(true);
  expect(isGenuine({ ...other, version: 2 }, token, partsOf(token))).toBe(false);
  expect(isGenuine({ ...other, id: newUuid(systemRandom) }, token, partsOf(token))).toBe(false);
  const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  expect([1, 2].map(() => isGenuine(key, forged, partsOf(forged)))).toEqual([false, false]);
});
