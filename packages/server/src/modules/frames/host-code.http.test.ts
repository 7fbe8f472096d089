import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeAppOnce, expectStatus, type Scenario } from '../../testing/scenario.ts';
import { readBrowserFiles } from './browser-files.ts';

const published = {
  protocol: new URL('../../../../contract/src/protocol/messages.ts', import.meta.url),
  guide: new URL('../../../../embed/README.md', import.meta.url),
};

describeAppOnce('the code that runs in a host page', (open) => {
  let scenario: Scenario;
  let hostCode: string;
  beforeAll(async () => {
    scenario = await open();
    const { loader, hostParts } = await readBrowserFiles();
    hostCode = [loader, ...hostParts.values()].map(({ bodies }) => bodies.identity.toString()).join('\n');
  });

  describe('teaches nothing beyond the documentation', () => {
    it('speaks only to addresses and in messages that are published (H45)', async () => {
      const { body: openapi } = await expectStatus(scenario.ask({ url: '/openapi.json' }), 200);
      const addresses = [...hostCode.matchAll(/\}(v1\/[\w/-]+|embed\/[\w/-]+)/g)].map(([, path = '']) => `/${path}`);
      expect([...new Set(addresses)].toSorted()).toEqual([
        '/embed/apps/',
        '/embed/assets/',
        '/v1/embed/',
        '/v1/embed/sessions',
      ]);
      // What is called there.
      const called = [...hostCode.matchAll(/(["'`])(hello|sessions)\1/g)].map(([, , path = '']) => path);
      expect([...new Set(called)].toSorted()).toEqual(['hello', 'sessions']);
      const documented = Object.keys(openapi.paths);
      const unknown = addresses.filter((address) => !documented.some((path) => path.startsWith(rootOf(address))));
      expect(unknown).toEqual([]);

      const messages = new Set(hostCode.match(/MICROAPP_[A-Z_]+/g));
      expect(messages.size).toBeGreaterThan(5);
      const protocol = await readFile(published.protocol, 'utf8');
      expect([...messages].filter((message) => !protocol.includes(`'${message}'`))).toEqual([]);
    });

    it('has no management address, no owner and no workspace in it (H45)', async () => {
      const guide = await readFile(published.guide, 'utf8');
      expect(guide).toContain('MicroappWidget.mount');
      const internals = ['v1/apps', 'owner-keys', 'workspaces', 'surfaces/', 'signing', 'lookup.', 'microapp_'];
      expect(internals.filter((word) => hostCode.includes(word))).toEqual([]);
    });
  });
});

/** `/embed/assets/runtime-` is documented as `/embed/assets/{file}`. */
function rootOf(address: string): string {
  return address.slice(0, address.lastIndexOf('/') + 1);
}
