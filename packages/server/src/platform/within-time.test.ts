import { expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { withinTime } from './within-time.ts';

it('work that ends in time is answered, or fails, as it does', async () => {
  const clock = createFakeClock();
  expect(await withinTime(clock, 1000, Promise.resolve('done'))).toBe('done');
  await expect(withinTime(clock, 1000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

it('work that takes longer is unavailable, and may be tried again', async () => {
  const clock = createFakeClock();
  const work = withinTime(clock, 1000, new Promise(() => undefined));
  clock.advance(1000);
  await expect(work).rejects.toMatchObject({ code: 'unavailable', headers: { 'retry-after': '2' } });
});
