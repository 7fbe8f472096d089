import { describe, expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import { timeRangeOf } from './time-range.ts';

describe('the time range of a list', () => {
  it('is open where nothing is said', () => {
    expect(timeRangeOf({})).toEqual({ from: undefined, to: undefined });
  });

  it('takes offsets', () => {
    expect(timeRangeOf({ from: '2026-03-02T01:00:00+02:00' }).from).toEqual(new Date('2026-03-01T23:00:00Z'));
  });

  it.each([
    [{ from: '2026-06-30T23:59:60Z' }, 'from'],
    [{ to: '9999-12-31T23:59:59-12:00' }, 'to'],
    [{ to: '0001-01-01T00:00:00+12:00' }, 'to'],
    [{ from: '2026-03-02T10:00:00Z', to: '2026-03-02T10:00:00Z' }, 'to'],
  ])('refuses %o, which no row can be in', (query, path) => {
    const refusal = (() => {
      try {
        return timeRangeOf(query);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: 'validation_failed', issues: [{ path }] });
  });
});
