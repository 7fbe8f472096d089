import { AppError } from './app-error.ts';
import type { Clock } from './clock.ts';

/** What `work` answers, or `unavailable` when it takes longer than `withinMs`; the work itself goes on unheard. */
export async function withinTime<T>(clock: Pick<Clock, 'after'>, withinMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(withinMs, () => {
    late.reject(new AppError('unavailable', { reason: 'took_too_long', headers: { 'retry-after': '2' } }));
  });
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
}
