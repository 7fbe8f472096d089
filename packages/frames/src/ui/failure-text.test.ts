import { errors, type ErrorCode } from '@microapp/contract';
import { describe, expect, test } from 'vitest';
import { Failure } from '../session/failure.ts';
import { durationText } from './duration.ts';
import { failureText, waitSeconds } from './failure-text.ts';
import { formatFor } from './format.ts';
import { wholeEnglish } from '../testing/english.ts';
import { directionOf, textsWith } from './texts/texts.ts';

const text = textsWith({}, wholeEnglish);
const format = formatFor({ locale: 'en-US', timeZone: 'America/New_York' });
const titleOf = (code: ConstructorParameters<typeof Failure>[0]) => failureText(text, format, new Failure(code)).title;

describe('what a visitor is told', () => {
  test('is a sentence and an advice for every code that there is', () => {
    for (const code of Object.keys(errors) as ErrorCode[]) {
      const { title, advice } = failureText(text, format, new Failure(code));
      expect([title, advice].every((sentence) => sentence.length > 5)).toBe(true);
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

  test.each([
    ['after the pause that it asks for', { retryAfterSeconds: 3_661 }, 'Nov 21, 2026, 9:01 AM'],
    ['at midnight, UTC, when it asks for none', {}, 'Nov 21, 2026, 7:00 PM'],
  ])('of an exhausted quota names the time of the next run: %s', (_, details, time) => {
    const answeredAt = Date.UTC(2026, 10, 21, 13, 0, 0);
    const { advice } = failureText(text, format, new Failure('quota_exceeded', { answeredAt, ...details }));
    expect(advice.replaceAll('\u202f', ' ')).toContain(time);
  });

  test('of an exhausted quota is true without a time, too', () => {
    const { advice } = failureText(text, format, new Failure('quota_exceeded', { retryAfterSeconds: 60 }));
    expect(advice).toBe(text('failure.quota_exceeded.advice'));
  });

  test.each(['quota_exceeded', 'byok_required', 'llm_error', 'tool_error', 'offline', 'no_host', 'not_found'] as const)(
    '%s has words of its own',
    (code) => {
      expect(titleOf(code)).not.toBe(titleOf('internal_error'));
    },
  );
});

describe('the pause before another try', () => {
  test.each([
    ['rate_limited', 30, 30],
    ['llm_error', 1.2, 2],
    ['unavailable', undefined, 0],
    ['rate_limited', 86_400, 0],
    ['quota_exceeded', 30, 0],
  ] as const)('of %s after %s s is %i s', (code, retryAfterSeconds, expected) => {
    expect(waitSeconds(new Failure(code, { retryAfterSeconds }))).toBe(expected);
  });

  test.each([
    ['en-US', 1, '1 second'],
    ['en-US', 99, '99 seconds'],
    ['en-US', 125, '3 minutes'],
    ['en-US', 7_000, '2 hours'],
    ['de', 30, '30 Sekunden'],
    ['ar-EG', 3, '٣ ثوان'],
  ])('is told in %s: %i s are %s', (locale, seconds, words) => {
    expect(durationText(locale, seconds)).toBe(words);
  });
});

describe('texts', () => {
  test('are replaced by key; a key that there is not changes nothing', () => {
    const own = textsWith({ run: 'Calculate', nonsense: 'x', toString: 'x' }, wholeEnglish);
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
