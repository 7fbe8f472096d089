import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import { pageOf, toPage } from './paging.ts';

type Row = { at: Date; id: string };

const shape = { startOf: ({ at, id }: Row): Row => ({ at, id }), present: ({ id }: Row): string => id };
const rows: Row[] = ['c', 'b', 'a'].map((id, index) => ({
  at: new Date(Date.UTC(2026, 2, 2 - index)),
  id: `ws_${id}`,
}));

function cursorOf(...parts: unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

describe('a page', () => {
  it('has 50 items unless the caller says otherwise, from the first on', () => {
    expect(pageOf({})).toEqual({ limit: 50, after: undefined });
    expect(pageOf({ limit: '7' })).toEqual({ limit: 7, after: undefined });
  });

  it('names the next one when there is one more row than the limit', () => {
    const page = toPage(rows, { limit: 2, after: undefined }, shape);
    expect(page.data).toEqual(['ws_c', 'ws_b']);
    expect(pageOf({ cursor: page.nextCursor ?? '' }).after).toEqual(rows[1]);
  });

  it.each([
    ['as many rows as the limit', 3, ['ws_c', 'ws_b', 'ws_a']],
    ['fewer rows than the limit', 50, ['ws_c', 'ws_b', 'ws_a']],
  ])('is the last with %s', (_case, limit, data) => {
    expect(toPage(rows, { limit, after: undefined }, shape)).toEqual({ data, nextCursor: null });
  });

  it('may be empty', () => {
    expect(toPage([], { limit: 50, after: undefined }, shape)).toEqual({ data: [], nextCursor: null });
  });

  it('begins where the one before ended, to the millisecond, whatever the row', () => {
    const time = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    const id = fc.stringMatching(/^[0-9A-Za-z_]{1,60}$/);
    fc.assert(
      fc.property(time, id, (at, rowId) => {
        const { nextCursor } = toPage([{ at, id: rowId }, ...rows], { limit: 1, after: undefined }, shape);
        expect(pageOf({ cursor: nextCursor ?? '' }).after).toEqual({ at, id: rowId });
      }),
    );
  });
});

describe('a cursor that we did not make', () => {
  const at = '2026-03-02T10:00:00.000Z';
  it.each([
    ['nothing', ''],
    ['noise', '!!!'],
    ['text', 'next'],
    ['no list', Buffer.from('{}').toString('base64url')],
    ['null', Buffer.from('null').toString('base64url')],
    ['an empty list', cursorOf()],
    ['half of one', cursorOf(at)],
    ['numbers', cursorOf(1, 2)],
    ['no time', cursorOf('yesterday', 'ws_a')],
    ['a date alone', cursorOf('2026-03-02', 'ws_a')],
    ['a day that is none', cursorOf('2026-13-02T10:00:00.000Z', 'ws_a')],
    // The database's calendar ends earlier than JavaScript's.
    ['a time before all records', cursorOf('-200000-01-01T00:00:00.000Z', 'ws_a')],
    ['a time after all records', cursorOf('+270000-01-01T00:00:00.000Z', 'ws_a')],
    ['the year 0', cursorOf('0000-01-01T00:00:00.000Z', 'ws_a')],
    ['an empty id', cursorOf(at, '')],
    // The database cannot store a NUL: without this it would be our error, not the caller's.
    ['a NUL in its id', cursorOf(at, 'ws_\0')],
    ['SQL in its id', cursorOf(at, "' or true --")],
    ['an id without end', cursorOf(at, 'a'.repeat(101))],
  ])('is refused as a wrong field: %s', (_what, cursor) => {
    expect(failureOf(() => pageOf({ cursor }))).toMatchObject({ status: 400, issues: [{ path: 'cursor' }] });
  });

  it('is refused when it is of a list with another kind of ids', () => {
    expect(failureOf(() => pageOf({ cursor: cursorOf(at, 'ws_a') }, 'number'))).toMatchObject({ status: 400 });
    expect(failureOf(() => pageOf({ cursor: cursorOf(at, '9'.repeat(19)) }, 'number'))).toMatchObject({ status: 400 });
    expect(pageOf({ cursor: cursorOf(at, '42') }, 'number').after).toEqual({ at: new Date(at), id: '42' });
  });
});

function failureOf(act: () => unknown): AppError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
