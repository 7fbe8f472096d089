import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../secret.ts';
import { createKeyedHash } from './keyed-hash.ts';

const freshKey = (): Secret => new Secret(randomBytes(32).toString('base64'));

describe('a keyed hash', () => {
  const [first, second] = [freshKey(), freshKey()];
  const hash = createKeyedHash([first]);

  it('is the same for the same value, purpose and key, and 32 bytes', () => {
    expect(hash.current('value', 'keys')).toEqual(createKeyedHash([first]).current('value', 'keys'));
    expect(hash.current('value', 'keys')).toHaveLength(32);
  });

  it('is another for another value, purpose or key', () => {
    const named = [
      hash.current('value', 'keys'),
      hash.current('valuf', 'keys'),
      hash.current('value', 'others'),
      hash.current('svalue', 'key'),
      createKeyedHash([second]).current('value', 'keys'),
    ];
    expect(new Set(named.map((name) => name.toString('hex'))).size).toBe(named.length);
  });

  it('cannot be made without the key: it is no plain hash of the value', () => {
    for (const text of ['value', 'keys\0value', 'keysvalue']) {
      expect(hash.current('value', 'keys')).not.toEqual(createHash('sha256').update(text).digest());
    }
  });

  it('finds what any of the given keys has named, and names by the first', () => {
    const both = createKeyedHash([second, first]);
    expect(both.all('value', 'keys')).toContainEqual(hash.current('value', 'keys'));
    expect(both.current('value', 'keys')).toEqual(createKeyedHash([second]).current('value', 'keys'));
    expect(both.all('value', 'keys')).toEqual([both.current('value', 'keys'), hash.current('value', 'keys')]);
  });

  it('is made with a key or not at all', () => {
    expect(() => createKeyedHash([])).toThrow('at least one key');
  });
});
