import { describe, expect, test } from 'vitest';
import { formatFor } from './format.ts';

/** Intl separates with narrow and hard spaces that differ between versions. */
const spaced = (text: string) => text.replaceAll(/\s/g, ' ');

describe('numbers, amounts and dates follow the config (M19)', () => {
  test('German with euro', () => {
    const format = formatFor({ locale: 'de-DE', currency: 'EUR', timeZone: 'Europe/Berlin' });
    expect(format.number(1234.5)).toBe('1.234,5');
    expect(spaced(format.amount(1199.1))).toBe('1.199,10 €');
    expect(format.date('2026-01-31')).toBe('31.01.2026');
    expect(format.date('2026-01-31T23:30:00Z')).toBe('01.02.2026, 00:30');
  });

  test('yen has no decimals', () => {
    expect(formatFor({ locale: 'en-US', currency: 'JPY' }).amount(1199.1)).toBe('¥1,199');
  });

  test('without a currency an amount has two decimals', () => {
    expect(formatFor({ locale: 'en-US' }).amount(50)).toBe('50.00');
  });

  test('a date has no time zone: it is the same day everywhere', () => {
    expect(formatFor({ locale: 'en-US', timeZone: 'America/Los_Angeles' }).date('2026-01-31')).toBe('Jan 31, 2026');
  });

  test.each(['2026-13-45', '2026-01-31T10:00', 'n/a'])('%s is no date, and stays as it is', (text) => {
    expect(formatFor({}).date(text)).toBe(text);
  });

  test('what the browser does not know is as if it were absent', () => {
    const format = formatFor({ locale: 'not a locale', currency: 'zz', timeZone: 'Mars/Base' });
    expect(format.locale).not.toBe('');
    expect(format.amount(1)).toMatch(/1.00/);
    expect(format.date('2026-01-31T23:30:00Z')).not.toContain('T');
  });
});

describe('a number in its input', () => {
  test.each([
    ['en-US', 'number', 1e-7, '0.0000001'],
    ['en-US', 'number', 0.1, '0.1'],
    ['en-US', 'number', 12_345.678_912_3, '12,345.6789123'],
    ['de-DE', 'number', 1234.5, '1.234,5'],
    ['de-DE', 'currency', 1234.5, '1.234,50'],
    ['de-DE', 'currency', 0.125, '0,125'],
    ['de-DE', 'percent', 7.5, '7,5'],
    ['en-US', 'integer', 2026, '2026'],
    ['en-US', 'integer', 200_000, '200,000'],
  ] as const)('in %s as %s %d is %s, and nothing of it is lost', (locale, kind, value, written) => {
    const format = formatFor({ locale, currency: 'EUR' });
    expect(format.typed(value, kind)).toBe(written);
    expect(format.parseNumber(written)).toBe(value);
  });

  test('has the sign of its unit at the side where the locale writes it (M19)', () => {
    const unit = (locale: string, currency?: string) => formatFor({ locale, currency }).unitOf('currency');
    expect(unit('de-DE', 'EUR')).toEqual({ sign: '€', side: 'end' });
    expect(unit('en-US', 'EUR')).toEqual({ sign: '€', side: 'start' });
    expect(unit('en-US')).toBeUndefined();
    expect(formatFor({ locale: 'tr-TR' }).unitOf('percent')).toEqual({ sign: '%', side: 'start' });
    expect(formatFor({ locale: 'tr-TR', currency: 'TRY' }).unitOf('number')).toBeUndefined();
  });
});

describe('typed numbers', () => {
  test.each([
    ['en-US', '1,234.5', 1234.5],
    ['en-US', '200000', 200_000],
    ['en-US', '-5', -5],
    ['en-US', '1 234', 1234],
    ['en-US', '.5', 0.5],
    ['en-US', '1e3', 1000],
    ['en-US', '1,5', undefined],
    ['en-US', '12 apples', undefined],
    ['en-US', '', undefined],
    ['en-US', '0x10', undefined],
    ['de-DE', '1.234,5', 1234.5],
    ['de-DE', '1.500', 1500],
    ['de-DE', '1.5', 1.5],
    ['de-DE', '0.125', 0.125],
    ['de-DE', '1,5', 1.5],
    ['de-DE', '1.234,56', 1234.56],
    ['de-DE', '1.234.567,8', 1_234_567.8],
    ['de-DE', '1.234,56 €', 1234.56],
    ['de-DE', '5 %', 5],
    ['de-DE', '12 € 50', undefined],
    ['de-DE', '1,2,3', undefined],
    ['en-US', '$1,234.50', 1234.5],
    ['tr-TR', '%5', 5],
    ['de-CH', '1’234.5', 1234.5],
    ['de-CH', "1'234.5", 1234.5],
    ['fr-FR', '1\u202f234,5', 1234.5],
    ['en-IN', '12,34,567', 1_234_567],
    ['ar-EG', '١٬٢٣٤٫٥', 1234.5],
    ['ar-EG', '1234.5', 1234.5],
    ['ar-AE', '١٬٢٣٤٫٥', 1234.5],
    ['ar-MA', '١٬٢٣٤٫٥', 1234.5],
    ['en-US', '۱۲۳', 123],
    ['en-US', '１２３', 123],
    ['hi-IN', '१२,३४,५६७', 1_234_567],
  ])('in %s %j is %s', (locale, typed, value) => {
    expect(formatFor({ locale }).parseNumber(typed)).toBe(value);
  });

  test.each(['en-US', 'de-DE', 'fr-FR', 'de-CH', 'ar-EG', 'hi-IN', 'fa-IR', 'sv-SE', 'pt-BR'])(
    'in %s a formatted number reads back as itself',
    (locale) => {
      const format = formatFor({ locale });
      for (const value of [0, 7, -7, 0.5, 1234, 12_345.678, -1_234_567.25]) {
        expect(format.parseNumber(format.number(value))).toBe(value);
      }
      expect(format.parseNumber(format.integer(200_000))).toBe(200_000);
    },
  );
});
