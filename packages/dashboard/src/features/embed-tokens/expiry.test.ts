import { expect, it } from 'vitest';
import { expiryOf } from './expiry.ts';
import { isReviewDue } from './review-due.ts';

const now = new Date('2026-11-21T12:00:00Z');

it('a token expires never, in so many days, or at the end of a day where the person is', () => {
  expect(expiryOf('never', '', now)).toBeUndefined();
  expect(expiryOf('30', '', now)).toBe('2026-12-21T12:00:00.000Z');
  expect(expiryOf('date', '2026-12-24', now)).toBe(new Date('2026-12-24T23:59:59').toISOString());
});

it('a review is due a month after the last one, and for a new customer a month after it came', () => {
  const createdAt = '2026-10-01T00:00:00Z';
  expect(isReviewDue({ createdAt, embedTokensReviewedAt: null }, now)).toBe(true);
  expect(isReviewDue({ createdAt, embedTokensReviewedAt: '2026-10-22T13:00:00Z' }, now)).toBe(false);
  expect(isReviewDue({ createdAt, embedTokensReviewedAt: '2026-10-22T12:00:00Z' }, now)).toBe(true);
  expect(isReviewDue({ createdAt: '2026-11-20T00:00:00Z', embedTokensReviewedAt: null }, now)).toBe(false);
});
