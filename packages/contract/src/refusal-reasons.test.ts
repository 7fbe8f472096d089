import { describe, expect, it } from 'vitest';
import { explanationOf, refusalReasons } from './refusal-reasons.ts';

describe('an explained reason', () => {
  it.each(Object.entries(refusalReasons))('%s is a sentence for a person', (reason, sentence) => {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(explanationOf(reason)).toBe(sentence);
  });

  it.each([
    ['wrong_class: owner_key', refusalReasons.wrong_class],
    ['lacks tool:run', refusalReasons.lacks],
    ['session: ERR_JWS_SIGNATURE_VERIFICATION_FAILED', refusalReasons.session],
    ['only x-api-key, x-embed-token', refusalReasons.only],
    ['embed token and x-api-key', refusalReasons['embed token and']],
    ['embed token and another authorization', refusalReasons['embed token and another authorization']],
  ])('%s is explained by its beginning', (reason, sentence) => {
    expect(explanationOf(reason)).toBe(sentence);
  });

  it.each(['', 'nonsense', 'revokedly', 'not revoked', 'toString', 'constructor x', '__proto__'])(
    'there is none for what is no reason: "%s"',
    (reason) => {
      expect(explanationOf(reason)).toBeUndefined();
    },
  );
});
