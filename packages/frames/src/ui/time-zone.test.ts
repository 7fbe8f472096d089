import { expect, test } from 'vitest';
import { timeZoneOf } from './time-zone.ts';

test.each([
  ['Europe/Berlin', '2026-01-31T13:45', '2026-01-31T12:45:00.000Z'],
  ['Europe/Berlin', '2026-07-31T13:45', '2026-07-31T11:45:00.000Z'],
  // Minutes around both changes of the clocks, where the offset of the first guess is the wrong one.
  ['Europe/Berlin', '2026-03-29T03:01', '2026-03-29T01:01:00.000Z'],
  ['Europe/Berlin', '2026-03-29T01:59', '2026-03-29T00:59:00.000Z'],
  ['Europe/Berlin', '2026-10-25T03:01', '2026-10-25T02:01:00.000Z'],
  ['America/Los_Angeles', '2026-03-08T03:30', '2026-03-08T10:30:00.000Z'],
  ['Asia/Kathmandu', '2026-01-01T00:00', '2025-12-31T18:15:00.000Z'],
  ['Africa/Cairo', '2026-06-01T12:00', '2026-06-01T09:00:00.000Z'],
  ['UTC', '2026-01-31T13:45', '2026-01-31T13:45:00.000Z'],
])('where it is %s, %s is the instant %s, and the other way round', (timeZone, wallTime, instant) => {
  const zone = timeZoneOf(timeZone, 'en');
  expect(zone.instant(wallTime)).toBe(instant);
  expect(zone.wallTime(instant)).toBe(wallTime);
});

test.each(['', 'tomorrow', '2026-13-01T00:00'])('%j is no time', (typed) => {
  expect(timeZoneOf('UTC', 'en').instant(typed)).toBeUndefined();
  expect(timeZoneOf('UTC', 'en').wallTime(typed)).toBe('');
});

test('a zone is named in the language of the page, but for the one in which the visitor lives', () => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const foreign = own === 'Europe/Berlin' ? 'Africa/Cairo' : 'Europe/Berlin';
  expect(timeZoneOf(own, 'de').foreignName).toBeUndefined();
  expect(timeZoneOf(foreign, 'de').foreignName).toMatch(/zeit/i);
});
