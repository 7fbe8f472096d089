import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createLog } from '../../platform/log.ts';
import type { AnsweredRequest } from '../../platform/http/index.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createCredentialStamps, stampRestMs } from './stamps.ts';

const aSecond = 1000;

function openStamps() {
  const clock = createFakeClock();
  const writes: number[] = [];
  let isBroken = false;
  let held: Promise<void> = Promise.resolve();
  const stamps = createCredentialStamps({
    clock,
    log: createLog({ level: 'silent', secretFields: [] }),
    db: {
      async withSystem() {
        if (isBroken) throw new Error('there is no database');
        writes.push(clock.now());
        await held;
        // What is in it is the other tests': this one counts.
        return undefined as never;
      },
    },
  });
  const used: AnsweredRequest = {
    at: 0,
    requestId: 'req_1',
    address: '127.0.0.1',
    method: 'GET',
    route: '/v1/embed/me',
    status: 200,
    code: undefined,
    reason: undefined,
    durationMs: 1,
    principal: undefined,
    accessLogged: true,
    credentialClass: 'embed_token',
    credentialId: 'etok_1',
  };
  /** Each second a use, and the time for it to be written. */
  async function useFor(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      stamps.onAnswered(used);
      clock.advance(aSecond);
      await nextTurn();
    }
  }
  return {
    stamps,
    clock,
    writes,
    useFor,
    breakDatabase: (broken: boolean) => (isBroken = broken),
    holdDatabase: (until: Promise<void>): void => {
      held = until;
    },
  };
}

it('a first use is written within a second, and one that goes on once in a rest, the last of it at the end', async () => {
  const { stamps, clock, writes, useFor } = openStamps();
  const began = clock.now();
  await useFor(150);
  expect(writes).toEqual([began + aSecond, began + aSecond + stampRestMs, began + aSecond + 2 * stampRestMs]);
  await stamps.flush();
  expect(writes).toHaveLength(4);
  await stamps.flush();
  expect(writes).toHaveLength(4);
});

it('what was not used for a rest is written within a second again, also after the clock was set back', async () => {
  const { clock, writes, useFor } = openStamps();
  await useFor(1);
  clock.advance(stampRestMs);
  await useFor(1);
  expect(writes).toHaveLength(2);
  clock.setNow(clock.now() - 10 * stampRestMs);
  await useFor(1);
  expect(writes).toHaveLength(3);
});

it('what could not be written is tried again within a second', async () => {
  const { clock, writes, useFor, breakDatabase } = openStamps();
  breakDatabase(true);
  await useFor(3);
  expect(writes).toEqual([]);
  breakDatabase(false);
  clock.advance(aSecond);
  await nextTurn();
  expect(writes).toHaveLength(1);
});

it('a stop waits for the write that the timer has begun, or the database would be closed under it', async () => {
  const { stamps, writes, useFor, holdDatabase } = openStamps();
  const hold = Promise.withResolvers<void>();
  holdDatabase(hold.promise);
  await useFor(1);
  expect(writes).toHaveLength(1);
  let isClosed = false;
  const closed = stamps.close().then(() => (isClosed = true));
  await nextTurn();
  expect(isClosed).toBe(false);
  hold.resolve();
  expect(await closed).toBe(true);
});
