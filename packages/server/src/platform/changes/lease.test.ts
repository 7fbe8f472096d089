import { expect, it } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createLease } from './lease.ts';

function open() {
  const clock = createFakeClock();
  return { clock, lease: createLease(clock, 900) };
}

it('a lease that was never given does not run', () => {
  expect(open().lease.isRunning()).toBe(false);
});

it('a lease counts from the moment at which it was asked for, however late the answer comes', () => {
  const { clock, lease } = open();
  const asked = lease.now();
  clock.advance(800);
  lease.startFrom(asked);
  clock.advance(99);
  expect(lease.isRunning()).toBe(true);
  clock.advance(1);
  expect(lease.isRunning()).toBe(false);
});

it('a lease whose answer comes too late never runs', () => {
  const { clock, lease } = open();
  const asked = lease.now();
  clock.advance(900);
  lease.startFrom(asked);
  expect(lease.isRunning()).toBe(false);
});

it.each([
  ['the wall clock says that it has, as after a sleep of the machine', 900],
  ['the wall clock was set ahead by an hour', 3_600_000],
])('a lease has run out when %s', (_, milliseconds) => {
  const { clock, lease } = open();
  lease.startFrom(lease.now());
  clock.setNow(clock.now() + milliseconds);
  expect(lease.isRunning()).toBe(false);
});

it('a lease is not prolonged by a wall clock that was set back by an hour', () => {
  const { clock, lease } = open();
  lease.startFrom(lease.now());
  clock.setNow(clock.now() - 3_600_000);
  clock.advance(899);
  expect(lease.isRunning()).toBe(true);
  clock.advance(1);
  expect(lease.isRunning()).toBe(false);
});
