import { describe, expect, it } from 'vitest';
import { freshCredential } from '../credential.ts';
import { systemRandom } from '../random.ts';
import { requestIdOf } from './request-id.ts';

describe('the request id', () => {
  it.each(['a1b2c3d4', '550e8400-e29b-41d4-a716-446655440000', 'req_0123456789ABCDEFGHIJKL', 'x'.repeat(64)])(
    'is the well-formed one that the caller sent: %s',
    (sent) => {
      expect(requestIdOf(systemRandom, sent)).toBe(sent);
    },
  );

  const token = freshCredential(systemRandom, 'embed_token').secret.reveal();
  it.each<[string, string | string[] | undefined]>([
    ['none', undefined],
    ['an empty one', ''],
    ['a short one', 'a1b2c3d'],
    ['a long one', 'x'.repeat(65)],
    ['several', ['a1b2c3d4', 'e5f6g7h8']],
    ['a line feed', 'a1b2c3d4\nfake log line'],
    ['a line feed at the end', 'a1b2c3d4\n'],
    ['a dot', 'a1b2c3d4.e5f6'],
    ['markup', '<script>alert(1)</script>'],
    ['letters of other scripts', 'аbcdefgh'],
    ['a credential', token],
    ['a credential in a word', `my-${token}`],
    ['what is left of a credential', token.slice(0, 20)],
  ])('is a fresh one instead of %s', (_what, sent) => {
    expect(requestIdOf(systemRandom, sent)).toMatch(/^req_[0-9A-Za-z]{22}$/);
  });
});
