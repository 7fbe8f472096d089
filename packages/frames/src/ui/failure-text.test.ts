import { errors, type ErrorCode } from '@microapp/contract';
import { describe, expect, test } from 'vitest';
import { Failure } from '../session/failure.ts';
import { failureText } from './failure-text.ts';
import { directionOf, textsWith } from './texts/texts.ts';

const text = textsWith({});
const titleOf = (code: ConstructorParameters<typeof Failure>[0]) => failureText(text, new Failure(code)).title;

describe('what a visitor is told', () => {
  test('is a sentence and an advice for every code that there is', () => {
    for (const code of Object.keys(errors) as ErrorCode[]) {
      const { title, advice } = failureText(text, new Failure(code));
      expect([title, advice].every((sentence) => sentence.length > 10)).toBe(true);
    }
  });

  test('is the same for every refusal: which one is the owner’s business', () => {
    const refusals = [
      'missing_auth',
      'invalid_token',
      'origin_not_allowed',
      'permission_denied',
      'host_refused',
    ] as const;
    expect(new Set(refusals.map(titleOf)).size).toBe(1);
    expect(titleOf('invalid_token')).not.toMatch(/token|origin|workspace/i);
  });

  test('names the pause that the server asks for', () => {
    const { advice } = failureText(text, new Failure('rate_limited', { retryAfterSeconds: 30 }));
    expect(advice).toContain('30 seconds');
  });

  test.each(['quota_exceeded', 'byok_required', 'llm_error', 'tool_error', 'offline', 'no_host', 'not_found'] as const)(
    '%s has words of its own',
    (code) => {
      expect(titleOf(code)).not.toBe(titleOf('internal_error'));
    },
  );
});

describe('texts', () => {
  test('are replaced by key; a key that there is not changes nothing', () => {
    const own = textsWith({ run: 'Calculate', nonsense: 'x', toString: 'x' });
    expect([own('run'), own('copy')]).toEqual(['Calculate', 'Copy']);
  });

  test('keep a placeholder that has no value', () => {
    expect(text('problem.minimum')).toBe('Enter {limit} or more.');
    expect(text('problem.minimum', { limit: 0 })).toBe('Enter 0 or more.');
  });

  test.each([
    ['ar-EG', 'rtl'],
    ['he', 'rtl'],
    ['en-US', 'ltr'],
    ['arn', 'ltr'],
  ])('%s is written %s', (locale, direction) => {
    expect(directionOf(locale)).toBe(direction);
  });
});
