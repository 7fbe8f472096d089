import Type from 'typebox';
import { AppError } from '../app-error.ts';
import type { Database } from '../db/index.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { defineRoute, type Route } from './define-route.ts';

const Health = Type.Object({ status: Type.Literal('ok') });
const Readiness = Type.Object({
  status: Type.Literal('ok'),
  redis: Type.Optional(
    Type.Enum(['ok', 'unavailable'], {
      description: 'Where one is set. Without it the server serves, with limits that each process counts for itself.',
    }),
  ),
  degraded: Type.Optional(Type.Array(Type.String(), { description: 'What works, but worse than it should.' })),
});

/** `/healthz`: the process runs. `/readyz`: it can serve, which it stops saying before it stops. */
export function healthRoutes({
  db,
  redis,
  isStopping,
  degraded,
}: {
  db: Database;
  redis: Pick<RedisConnection, 'state'> | undefined;
  isStopping: () => boolean;
  /** Names what works worse than it should; the server is ready all the same. */
  degraded: () => readonly string[];
}): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/healthz',
      scope: 'public',
      tag: 'Health',
      summary: 'Whether the process runs',
      response: Health,
      async operation() {
        return { status: 'ok' as const };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      scope: 'public',
      tag: 'Health',
      summary: 'Whether the server can serve: its database answers and it is not stopping',
      response: Readiness,
      errors: ['unavailable'],
      async longOperation() {
        const headers = { 'retry-after': '2' };
        if (isStopping()) throw new AppError('unavailable', { message: 'The server is stopping.', headers });
        try {
          await db.ping();
        } catch (cause) {
          throw new AppError('unavailable', { message: 'The database does not answer.', cause, headers });
        }
        const parts = degraded();
        return {
          status: 'ok' as const,
          ...(redis === undefined ? {} : { redis: redis.state() }),
          ...(parts.length === 0 ? {} : { degraded: [...parts] }),
        };
      },
    }),
  ];
}
