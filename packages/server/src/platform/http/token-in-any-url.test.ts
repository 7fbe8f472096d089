import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshCredential } from '../credential.ts';
import { systemRandom } from '../random.ts';
import { credentialInUrl } from './token-in-url.ts';

const credential = fc
  .constantFrom('owner_key', 'embed_token', 'client_token', 'embed_ticket')
  .map((form) => freshCredential(systemRandom, form as 'owner_key').secret.reveal()); // one of the four above

/** Any of a text's letters as a percent escape, in either case: what a browser, a proxy or an attacker may write. */
function escapedAt(text: string, escapes: readonly (0 | 1 | 2)[]): string {
  return Array.from(text)
    .map((letter, index) => {
      const code = letter.charCodeAt(0).toString(16).padStart(2, '0');
      const how = escapes[index % Math.max(1, escapes.length)] ?? 0;
      return how === 0 ? letter : `%${how === 1 ? code : code.toUpperCase()}`;
    })
    .join('');
}

describe('a credential in a URL, however it is written', () => {
  it('is found in the value of any parameter beside any others (M6, M16, M33)', () => {
    const pairs = fc.array(fc.tuple(fc.webQueryParameters(), fc.webQueryParameters()), { maxLength: 4 });
    fc.assert(
      fc.property(credential, fc.webPath(), pairs, fc.array(fc.constantFrom(0, 1, 2), { maxLength: 60 }), (...made) => {
        const [token, path, others, escapes] = made;
        const query = others.map(([name, value]) => `${name}=${value}`);
        const place = others.length === 0 ? 0 : token.length % (others.length + 1);
        query.splice(place, 0, `q=${escapedAt(token, escapes)}`);
        expect(credentialInUrl(`${path}?${query.join('&')}`)).toBe(token);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever the URL is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.webUrl()), (url) => {
        const found = credentialInUrl(url);
        expect(found === undefined || typeof found === 'string').toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
