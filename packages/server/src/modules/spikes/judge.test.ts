import type { RateKind } from '@microapp/contract';
import { describe, expect, it } from 'vitest';
import { baselineMs, expectedPerWindow, floors, isOver, isSpike, windowMs } from './judge.ts';

const startedAt = new Date('2026-03-02T10:00:00Z');
const soon = new Date(startedAt.getTime() + windowMs);

describe('what counts as a spike', () => {
  it('expects of one window its share of the hours before', () => {
    expect(expectedPerWindow(0)).toBe(0);
    expect(expectedPerWindow(baselineMs / windowMs)).toBe(1);
  });

  it.each<[RateKind, number, number, boolean]>([
    ['mints', floors.mints, 0, false],
    ['mints', floors.mints + 1, 0, true],
    ['mints', floors.mints + 1, floors.mints / 5, true],
    ['mints', floors.mints * 2, floors.mints / 2, false],
    ['mints', 500, 100, false],
    ['mints', 501, 100, true],
    ['refusals', floors.refusals, 0, false],
    ['refusals', floors.refusals + 1, 0, true],
    ['refusals', 50, 10, false],
    ['refusals', 51, 10, true],
  ])('of %s: %i where %d are expected: %s', (kind, observed, expected, opens) => {
    expect(isSpike(kind, { observed, expected })).toBe(opens);
  });

  it.each<[number, number, boolean]>([
    [501, 100, false],
    [251, 100, false],
    [250, 100, true],
    [26, 0, false],
    [25, 0, true],
  ])('is over at half of what opened it: %i where %d were expected: %s', (observed, expected, over) => {
    expect(isOver('mints', observed, { episode: { startedAt, expected }, now: soon })).toBe(over);
  });

  it('is over when it has lasted for as long as is looked back, however high it stays', () => {
    const episode = { startedAt, expected: 1 };
    const at = (elapsedMs: number): Date => new Date(startedAt.getTime() + elapsedMs);
    expect(isOver('mints', 1_000_000, { episode, now: at(baselineMs - 1) })).toBe(false);
    expect(isOver('mints', 1_000_000, { episode, now: at(baselineMs) })).toBe(true);
  });
});
