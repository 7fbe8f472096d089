import { wordsOf } from './label.ts';
import type { Column, Scalar } from './column.ts';

/**
 * How the numbers of a table are drawn: each of the columns `series` over the column `label`. Lines where the label is a
 * number or a date that grows from row to row, else bars.
 */
export type Chart = { kind: 'line' | 'bars'; label: number; series: readonly number[] };

/** More bars than this are read more easily as a table. */
const barsMax = 30;
/** More points than this cannot be told apart. */
const pointsMax = 1_000;
/** More lines than this cross each other beyond recognition. */
const seriesMax = 4;

/** Keys that name what numbers are drawn over; a number under another key is one to be drawn. */
const labelWords: ReadonlySet<string> = new Set(
  'x label date day week month quarter year time hour period step age'.split(' '),
);

/**
 * The chart of a table that has one column of labels and otherwise numbers of one kind; `undefined` for every other:
 * amounts beside counts share no scale, and two columns of text no axis.
 */
export function chartOf(columns: readonly Column[], rows: readonly (readonly Scalar[])[]): Chart | undefined {
  const label = labelColumnOf(columns);
  const series = columns.flatMap((_, index) => (index === label ? [] : [index]));
  if (label === undefined || series.length === 0 || series.length > seriesMax) return undefined;
  const kinds = new Set(series.map((index) => (columns[index]?.style.kind === 'amount' ? 'amount' : 'number')));
  if (kinds.size > 1) return undefined;
  const labels = rows.map((row) => row[label] ?? null);
  if (isGrowing(labels)) {
    return rows.length >= 3 && rows.length <= pointsMax ? { kind: 'line', label, series } : undefined;
  }
  const isNamed =
    labels.every((name) => typeof name === 'string' && name !== '') && new Set(labels).size === rows.length;
  return isNamed && rows.length >= 2 && rows.length <= barsMax ? { kind: 'bars', label, series } : undefined;
}

/** The only column that holds no numbers; where all do, the first, if its key says that it is a label. */
function labelColumnOf(columns: readonly Column[]): number | undefined {
  const others = columns.flatMap(({ style }, index) => (style.kind === 'plain' ? [index] : []));
  if (others.length > 1) return undefined;
  const [only] = others;
  if (only !== undefined) return only;
  const words = wordsOf(columns[0]?.key ?? '').map((word) => word.toLowerCase());
  return words.some((word) => labelWords.has(word)) ? 0 : undefined;
}

function isGrowing(labels: readonly Scalar[]): boolean {
  const places = labels.map(placeOf);
  return places.every((place, index) => place !== undefined && (index === 0 || place > (places[index - 1] ?? place)));
}

const isoStart = /^\d{4}-\d\d(-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?)?$/;

/** Where a label stands on its axis; `undefined` for one that is only a name. */
export function placeOf(label: Scalar | undefined): number | undefined {
  if (typeof label === 'number') return Number.isFinite(label) ? label : undefined;
  if (typeof label !== 'string' || !isoStart.test(label)) return undefined;
  const time = Date.parse(label);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * Ticks of an axis that has zero on it and holds all values: round numbers, a few, lowest first. Where all is zero the
 * axis goes to one.
 */
export function ticksOf(values: readonly number[], countAbout = 4): number[] {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), 0);
  const most = finite.reduce((greatest, value) => Math.max(greatest, value), 0);
  const high = most === low ? 1 : most;
  const rough = (high - low) / countAbout;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Moves labels of lines apart that would lie on each other: at least `gap` between any two, in the order they had. */
export function spread(places: readonly number[], gap: number, max: number): number[] {
  const order = places.map((_, index) => index).toSorted((one, other) => (places[one] ?? 0) - (places[other] ?? 0));
  const spread = [...places];
  let previous = -Infinity;
  for (const index of order) {
    previous = Math.max(spread[index] ?? 0, previous + gap);
    spread[index] = previous;
  }
  // What was pushed over the edge comes back, and pushes the others before it.
  let next = max + gap;
  for (const index of order.toReversed()) {
    next = Math.min(spread[index] ?? 0, next - gap);
    spread[index] = next;
  }
  return spread;
}

/**
 * Which of `count` labels to name, where there is room for `most`: all, or every second, third, … from the first, and the
 * last; never some with a gap that says nothing.
 */
export function labelsAt(count: number, most: number): number[] {
  const last = count - 1;
  const stride = Math.max(1, Math.ceil(last / Math.max(1, most - 1)));
  const even = Array.from({ length: Math.floor(last / stride) + 1 }, (_, step) => step * stride);
  return last % stride === 0 ? even : [...even.slice(0, -1), last];
}
