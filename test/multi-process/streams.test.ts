import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createPostgresDatabase } from '../../packages/server/src/testing/database.ts';
import { startInstances, type Instances } from '../../packages/server/src/testing/instances.ts';
import type { PostgresDatabase } from '../../packages/server/src/testing/postgres-database.ts';
import {
  socketFolderOf,
  startPostgresProxy,
  type PostgresProxy,
} from '../../packages/server/src/testing/postgres-proxy.ts';
import { killLeftServers } from '../../packages/server/src/testing/server-process.ts';
import { credentialKinds, embedToken } from './credentials-in-use.ts';
import { openEvents, openSocket, type OpenedStream } from '../../packages/server/src/testing/open-stream.ts';

/** The requirement, and not a guess at how long it takes. */
const closedWithinMs = 1000;
const startWithinMs = 60_000;

afterAll(killLeftServers);

describe('event streams and sockets on one instance', () => {
  let database: PostgresDatabase;
  let proxy: PostgresProxy;
  let instances: Instances;
  beforeAll(async () => {
    database = await createPostgresDatabase('migrated');
    const { postgres } = database;
    proxy = await startPostgresProxy(socketFolderOf(postgres.url));
    instances = await startInstances(postgres, [postgres.url, proxy.urlFor(postgres.url)]);
  }, startWithinMs);
  afterAll(async () => {
    proxy.mend();
    await instances.stop();
    await proxy.close();
    await database.drop();
  });

  /** An event stream and a socket on the second instance for each use that is a request of the embed API. */
  async function openStreams(uses: Readonly<Record<string, { path: string; headers?: Record<string, string> }>>) {
    const url = instances.servers[1]?.url ?? '';
    const streams: OpenedStream[] = [];
    for (const { path, headers = {} } of Object.values(uses)) {
      const [resource, query] = path.split('?');
      if (resource !== '/v1/embed/me') continue;
      const search = query === undefined ? '' : `?${query}`;
      streams.push(await openEvents(url, search, headers), await openSocket(url, search, headers));
    }
    expect(streams.length).toBeGreaterThan(0);
    return streams;
  }

  /** Fails unless all end within the second. */
  async function expectClosed(streams: readonly OpenedStream[]): Promise<void> {
    await Promise.race([Promise.all(streams.map(({ ended }) => ended)), passed(closedWithinMs)]);
    expect(streams.map(({ isOpen }) => isOpen())).toEqual(streams.map(() => false));
  }

  it.each([
    ['an embed token is revoked', credentialKinds['embed token, revoked']],
    ['an embed token is rotated', credentialKinds['embed token, rotated']],
    ['a client token is rotated', credentialKinds['client token, rotated']],
    ['a surface loses the site', credentialKinds['surface, narrowed to another site']],
    ['the workspace is disabled', credentialKinds['workspace, disabled']],
  ])(
    'are closed within a second of the answer when %s on another, and nobody else’s are (R32, H22, H23)',
    async (_, kind) => {
      const { uses, takeBack } = await kind(instances, 1);
      const streams = await openStreams(uses);
      const others = await openStreams((await embedToken(instances, 1)).uses);
      expect(streams.map(({ isOpen }) => isOpen())).toEqual(streams.map(() => true));
      await takeBack(0);
      await expectClosed(streams);
      expect(others.map(({ isOpen }) => isOpen())).toEqual(others.map(() => true));
    },
  );

  it('are closed within a second of the answer when that instance is cut off from the database', async () => {
    const { uses, takeBack } = await credentialKinds['embed token, revoked'](instances, 1);
    const streams = await openStreams(uses);
    proxy.cut();
    await takeBack(0);
    await expectClosed(streams);
  });
});
