import { afterAll, expect, it } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { jpegOf, plainPngOf } from '../../testing/pictures.ts';
import { createThemeWorker } from './theme-worker.ts';

const clock = createFakeClock();
const worker = createThemeWorker({ clock });
afterAll(() => worker.close());

const image = plainPngOf(8, 8, [10, 125, 79]).toString('base64');

it('so many wait and no more; a refusal holds up nobody, and what takes longer than it may is given up', async () => {
  const large = worker.perform({ do: 'read-image', image: jpegOf(1400, 1400).toString('base64') });
  const waiting = Array.from({ length: 19 }, (_, index) =>
    worker.perform({ do: 'read-image', image: index === 3 ? 'AAAA' : image }),
  );
  await expect(worker.perform({ do: 'read-image', image })).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'theme_worker_busy',
  });
  // The first has begun: all up to its first wait was done at once.
  clock.advance(20_001);
  await expect(large).rejects.toMatchObject({
    code: 'validation_failed',
    issues: [{ path: 'image', message: expect.stringContaining('too long') }],
  });
  const ends = await Promise.allSettled(waiting);
  expect(ends.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([3]);
  await expect(worker.perform({ do: 'read-image', image })).resolves.toMatchObject({ colors: 1 });
});
