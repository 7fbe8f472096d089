import { timeZoneOf, type TimeZone } from './time-zone.ts';

export type FormatOptions = {
  locale?: string | undefined;
  currency?: string | undefined;
  timeZone?: string | undefined;
};

/** Numbers, amounts and dates as a locale writes them. */
export type Format = {
  /** As a resolved BCP 47 tag. */
  locale: string;
  /** `decimals` digits after the separator, exactly; up to six, as many as there are, when absent. */
  number(value: number, decimals?: number): string;
  /** A number that may be a year or a count: separators only from 10,000. */
  integer(value: number): string;
  /** In the configured currency; with two decimals when there is none. */
  amount(value: number): string;
  /** A date (`2026-01-31`) or a time (`2026-01-31T13:45:00Z`); anything else as it is. */
  date(iso: string): string;
  /** A number in its input: nothing of it is lost, and of an amount no decimals are missing. */
  typed(value: number, kind: NumberKind): string;
  /** Reads what a person typed, with the separators and digits of the locale; `undefined` when it is no number. */
  parseNumber(typed: string): number | undefined;
  /** What stands beside a number of this kind, and on which side; absent where it has no unit. */
  unitOf(kind: NumberKind): Unit | undefined;
  /** Times as the clocks of the configured zone show them. */
  zone: TimeZone;
};

export type NumberKind = 'integer' | 'number' | 'currency' | 'percent';
export type Unit = { sign: string; side: 'start' | 'end' };

const decimalsMax = 6;
/** More than a binary fraction has. */
const typedDecimalsMax = 20;

/** Formats for a locale; what the browser does not know of the options is as if it were absent. */
export function formatFor(options: FormatOptions): Format {
  const locale = knownLocale(options.locale);
  const numberFormat = (more: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, more);
  const upToSix = numberFormat({ maximumFractionDigits: decimalsMax });
  const integers = numberFormat({ maximumFractionDigits: 0, useGrouping: 'min2' });
  const amounts =
    (options.currency !== undefined &&
      attempt(() => numberFormat({ style: 'currency', currency: options.currency }))) ||
    numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const timeStyles = { dateStyle: 'medium', timeStyle: 'short' } as const;
  const times =
    attempt(() => new Intl.DateTimeFormat(locale, { ...timeStyles, timeZone: options.timeZone })) ??
    new Intl.DateTimeFormat(locale, timeStyles);

  return {
    locale: upToSix.resolvedOptions().locale,
    number: (value, decimals) =>
      decimals === undefined
        ? upToSix.format(value)
        : numberFormat({ minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value),
    integer: (value) => integers.format(value),
    amount: (value) => amounts.format(value),
    date(iso) {
      const date = new Date(iso);
      if (!isoDate.test(iso) || Number.isNaN(date.getTime())) return iso;
      return (iso.length === 'yyyy-mm-dd'.length ? dates : times).format(date);
    },
    typed(value, kind) {
      if (kind === 'integer') return integers.format(value);
      const minimumFractionDigits = kind === 'currency' ? amounts.resolvedOptions().minimumFractionDigits : undefined;
      return numberFormat({ minimumFractionDigits, maximumFractionDigits: typedDecimalsMax }).format(value);
    },
    parseNumber: numberParser(numberFormat),
    unitOf(kind) {
      if (kind === 'percent') return unitIn(numberFormat({ style: 'percent' }), 'percentSign');
      return kind === 'currency' ? unitIn(amounts, 'currency') : undefined;
    },
    zone: timeZoneOf(times.resolvedOptions().timeZone, locale),
  };
}

function unitIn(format: Intl.NumberFormat, type: Intl.NumberFormatPartTypes): Unit | undefined {
  const parts = format.formatToParts(1);
  const at = parts.findIndex((part) => part.type === type);
  const sign = parts[at];
  const side = at < parts.findIndex((part) => part.type === 'integer') ? 'start' : 'end';
  return sign === undefined ? undefined : { sign: sign.value, side };
}

/** ISO 8601: a date, or a date and time with its zone. A time without a zone is the tool's own text. */
const isoDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function knownLocale(wanted: string | undefined): string | undefined {
  return wanted === undefined ? undefined : attempt(() => Intl.getCanonicalLocales(wanted)[0]);
}

function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Spaces, apostrophes, marks of direction and units, which group digits or come along when a number is pasted. */
const noise = /[\s\u200e\u200f\u061c'’_]|^[\p{Sc}%٪]|[\p{Sc}%٪]$/gu;

/** The zeros of the digits that keyboards have: Arabic, Persian, Devanagari, Bengali, full width. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xff10];

/**
 * Separators count as such only where they may stand: with a comma for decimals, `1.500` is 1500, but `1.5`, which a
 * person with the other habit types, is 1.5 and never 15. Digits count in whatever script they are typed, and so do the
 * separators that belong to Arabic ones alone.
 */
function numberParser(numberFormat: (options: Intl.NumberFormatOptions) => Intl.NumberFormat) {
  const parts = numberFormat({ useGrouping: true }).formatToParts(-12_345.6);
  const partOf = (type: string) => parts.find((part) => part.type === type)?.value;
  const decimal = partOf('decimal') ?? '.';
  const group = partOf('group') ?? ',';
  const grouped = new RegExp(`^[+-]?[1-9]\\d{0,2}([${group}]\\d{2,3})*[${group}]\\d{3}(?=$|[${decimal}])`);

  return (typed: string): number | undefined => {
    const plain = typed.trim().replaceAll(noise, '').replaceAll('\u2212', '-');
    const separated = plain.replaceAll('٬', group).replaceAll('٫', decimal);
    const western = separated.replaceAll(/\p{Nd}/gu, westernDigit);
    const ungrouped = grouped.test(western) ? western.replaceAll(group, '') : western;
    const text = decimal === '.' ? ungrouped : ungrouped.replace(decimal, '.');
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
  };
}

function westernDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  const zero = zeros.find((candidate) => code >= candidate && code < candidate + 10);
  return zero === undefined ? digit : String(code - zero);
}
