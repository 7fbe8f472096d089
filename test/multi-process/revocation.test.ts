import { afterAll, describe, expect, it } from 'vitest';

import { createPostgresDatabase } from '../../packages/server/src/testing/database.ts';
import { startInstances } from '../../packages/server/src/testing/instances.ts';
import { killLeftServers } from '../../packages/server/src/testing/server-process.ts';
import { credentialKinds } from './credentials-in-use.ts';
import { runTrials } from './revocation-trials.ts';

/** Not what it takes, which is some ten seconds, but what it may take beside other work. */
const withinMs = 300_000;
const trialsEach = 150;

afterAll(killLeftServers);

describe('whatever is taken back through one instance', () => {
  it.each([2, 3])(
    'is refused by every one of %i from the answer on, in every trial (H9, H22, H61, R32, K56, K77, M7, M12)',
    async (count) => {
      const { postgres, drop } = await createPostgresDatabase('migrated');
      const instances = await startInstances(postgres, Array(count).fill(postgres.url));
      const { counts, asked, stale } = await runTrials(instances, trialsEach);
      expect(stale).toEqual([]);
      expect(Object.keys(counts)).toEqual(Object.keys(credentialKinds));
      expect(asked).toBeGreaterThan(trialsEach * count);
      await instances.stop();
      await drop();
    },
    withinMs,
  );
});
