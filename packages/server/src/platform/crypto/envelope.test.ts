import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../random.ts';
import { Secret } from '../secret.ts';
import { createEnvelope } from './envelope.ts';

function newKey(): Secret {
  return new Secret(randomBytes(32).toString('base64'));
}

const key = newKey();
const envelope = createEnvelope([key], systemRandom);
const place = 'signing_keys/sig_1';
const plain = Buffer.from('what nobody may read');

describe('an envelope', () => {
  it('gives back what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, where) => {
        expect(envelope.open(envelope.seal(bytes, where), where)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('does not show what is in it, nor its key', () => {
    const sealed = envelope.seal(plain, place);
    expect(sealed.includes(plain)).toBe(false);
    expect(sealed.includes(Buffer.from(key.reveal(), 'base64'))).toBe(false);
    expect(sealed).toHaveLength(1 + 4 + 12 + 16 + plain.length);
  });

  it('never uses a nonce twice: the same text is sealed differently each time', () => {
    const nonces = Array.from({ length: 1000 }, () => envelope.seal(plain, place).subarray(5, 17).toString('hex'));
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  it.each(['signing_keys/sig_2', 'signing_keys/sig_', 'signing_keys/sig_1 ', '', 'provider_keys/sig_1'])(
    'does not open in another place: %j',
    (other) => {
      const sealed = envelope.seal(plain, place);
      expect(() => envelope.open(sealed, other)).toThrow('unable to authenticate');
    },
  );

  it('does not open with any one byte changed, at every position', () => {
    const sealed = envelope.seal(plain, place);
    const opened = [...sealed.keys()].filter((at) => {
      const changed = Buffer.from(sealed);
      changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
      return opens(() => envelope.open(changed, place));
    });
    expect(opened).toEqual([]);
  });

  it('does not open when it was cut off or lengthened', () => {
    const sealed = envelope.seal(plain, place);
    const opened = [...sealed.keys()].filter((length) => opens(() => envelope.open(sealed.subarray(0, length), place)));
    expect(opened).toEqual([]);
    expect(opens(() => envelope.open(Buffer.concat([sealed, Buffer.alloc(1)]), place))).toBe(false);
    expect(opens(() => envelope.open(sealed, place))).toBe(true);
  });

  it('does not open with another key, and says which setting lacks it', () => {
    const other = createEnvelope([newKey()], systemRandom);
    expect(() => other.open(envelope.seal(plain, place), place)).toThrow('not among MICROAPP_SECRET_KEY');
  });

  it('seals with the first key and opens with all of them, so that keys can be rotated', () => {
    const fresh = newKey();
    const both = createEnvelope([fresh, key], systemRandom);
    const onlyFresh = createEnvelope([fresh], systemRandom);
    expect(both.open(envelope.seal(plain, place), place)).toEqual(plain);
    expect(onlyFresh.open(both.seal(plain, place), place)).toEqual(plain);
    expect(() => envelope.open(both.seal(plain, place), place)).toThrow('not among MICROAPP_SECRET_KEY');
  });

  it('tells what its first key sealed from what another did', () => {
    const both = createEnvelope([newKey(), key], systemRandom);
    expect(both.isCurrent(both.seal(plain, place))).toBe(true);
    expect(both.isCurrent(envelope.seal(plain, place))).toBe(false);
    expect(both.isCurrent(Buffer.alloc(0))).toBe(false);
  });

  it('is not made without a key', () => {
    expect(() => createEnvelope([], systemRandom)).toThrow('at least one key');
  });
});

function opens(open: () => Buffer): boolean {
  try {
    open();
    return true;
  } catch {
    return false;
  }
}
