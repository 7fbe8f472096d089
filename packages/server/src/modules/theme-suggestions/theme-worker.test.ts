import { afterAll, expect, it } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { jpegOf, plainPngOf } from '../../testing/pictures.ts';
import { createThemeWorker } from './theme-worker.ts';

const clock = createFakeClock();
const worker = createThemeWorker({ clock });
afterAll(() => worker.close());

const image = plainPngOf(8, 8, [10, 125, 79]).toString('base64');

it('so many wait and no more, of one owner a few; a refusal holds up nobody, and what takes longer than it may is given up', async () => {
  const read = (data: string, ownerId: string) => worker.perform({ do: 'read-image', image: data }, ownerId);
  const large = read(jpegOf(1400, 1400).toString('base64'), 'own_0');
  // Of five owners four each.
  const waiting = Array.from({ length: 19 }, (_, index) =>
    read(index === 3 ? 'AAAA' : image, `own_${Math.floor((index + 1) / 4)}`),
  );
  await expect(read(image, 'own_0')).rejects.toMatchObject({ code: 'rate_limited', reason: 'theme_tasks_of_owner' });
  await expect(read(image, 'own_5')).rejects.toMatchObject({
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
  await expect(read(image, 'own_0')).resolves.toMatchObject({ colors: 1 });
});

it('of a page with any number of style sheets the first few addresses leave the thread, whole and of the web only', async () => {
  const odd = '<link rel=stylesheet href="data:text/css,"><link rel=stylesheet href="http://[">';
  const html = odd + Array.from({ length: 50_000 }, (_, n) => `<link rel=stylesheet href="${n}.css">`).join('');
  const found = await worker.perform(
    { do: 'read-website', html, address: 'https://shop.example/a/', styleSheets: [] },
    'own_0',
  );
  expect(found.styleSheetUrls).toEqual(Array.from({ length: 8 }, (_, n) => `https://shop.example/a/${n}.css`));
});
