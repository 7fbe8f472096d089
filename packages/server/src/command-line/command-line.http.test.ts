import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { freshCredential } from '../platform/credential.ts';
import { systemRandom } from '../platform/random.ts';
import { runMicroapp } from '../testing/command-line.ts';
import { createPostgresDatabase } from '../testing/database.ts';
import { freePort, killLeftServers, startServer, type Settings } from '../testing/server-process.ts';

// A server takes seconds to start, and more of them while other tests have the processors.
const withinMs = 180_000;

const ownerKey = (): string => freshCredential(systemRandom, 'owner_key').secret.reveal();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'microapp-command-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(killLeftServers);

/** Those of a server on a database of the test's own. The command line meets no database: it asks the server. */
async function serverSettings(): Promise<Settings> {
  const { postgres, drop } = await createPostgresDatabase('migrated');
  onTestFinished(drop);
  return { DATA_DIR: folder, DATABASE_URL: postgres.url, DATABASE_MIGRATION_URL: postgres.migrationUrl };
}

describe('the command line', () => {
  it('says how it is used, and which version it is', async () => {
    const help = await runMicroapp(['--help']);
    expect(help).toMatchObject({ status: 0, complaints: '' });
    for (const word of ['preship', 'rotate-keys', '--url', '--json', 'MICROAPP_OWNER_KEY', 'DATA_DIR']) {
      expect(help.output).toContain(word);
    }
    expect(await runMicroapp(['--version'])).toEqual({
      status: 0,
      output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      complaints: '',
    });
  });

  it.each([
    ['nothing', []],
    ['an unknown command', ['conquer']],
    ['two commands', ['preship', 'rotate-keys']],
    ['an unknown option', ['preship', '--key=x']],
    ['an address of another kind', ['preship', '--url', 'ftp://example.test']],
  ])('refuses %s with a sentence, and its own exit status', async (_, args) => {
    const run = await runMicroapp(args, { MICROAPP_OWNER_KEY: ownerKey() });
    expect(run).toEqual({ status: 2, output: '', complaints: expect.stringMatching(/^microapp: [A-Z].*\.\n$/) });
  });

  it('takes no credential as an argument, wherever it stands, and does not repeat it', async () => {
    for (const args of [
      (key: string) => ['preship', key],
      (key: string) => ['preship', `--url=http://${key}@localhost`],
    ]) {
      const key = ownerKey();
      const run = await runMicroapp(args(key), { MICROAPP_OWNER_KEY: ownerKey() });
      expect(run).toMatchObject({ status: 2, output: '', complaints: expect.stringContaining('Rotate it') });
      expect(run.complaints).not.toContain(key);
    }
  });

  it('needs an owner key that is whole, and does not repeat one that is not', async () => {
    expect(await runMicroapp(['preship'], { DATA_DIR: folder })).toMatchObject({
      status: 2,
      complaints: expect.stringContaining('MICROAPP_OWNER_KEY'),
    });
    const cut = ownerKey().slice(0, -1);
    const run = await runMicroapp(['preship'], { MICROAPP_OWNER_KEY: cut });
    expect(run).toMatchObject({ status: 2, complaints: expect.stringContaining('cut off') });
    expect(run.complaints).not.toContain(cut);
  });

  it('says that no server answers, by its address', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const run = await runMicroapp(['preship', '--url', url], { MICROAPP_OWNER_KEY: ownerKey() });
    expect(run).toEqual({ status: 2, output: '', complaints: expect.stringContaining(url) });
  });

  it(
    'says what the server says to a key that is good for nothing',
    async () => {
      const server = await startServer(await serverSettings());
      const run = await runMicroapp(['rotate-keys', '--url', server.url], { MICROAPP_OWNER_KEY: ownerKey() });
      expect(run).toMatchObject({ status: 2, output: '', complaints: expect.stringContaining('answers 401') });
      expect(await server.end('SIGTERM')).toBe(0);
    },
    withinMs,
  );
});

describe('rotate-keys', () => {
  it(
    'lets the key in the data folder be replaced: added, rotated, and the old one dropped',
    async () => {
      const keyFile = join(folder, 'secret-key');
      const settings = await serverSettings();
      const first = await startServer(settings);
      expect(await first.end('SIGTERM')).toBe(0);
      const oldKey = (await readFile(keyFile, 'utf8')).trim();
      const newKey = randomBytes(32).toString('base64');
      await writeFile(keyFile, `${newKey}\n${oldKey}\n`);

      const second = await startServer(settings);
      // The key and the address come from the settings of the server beside which it runs.
      const env = { ...settings, PORT: new URL(second.url).port };
      expect(await runMicroapp(['rotate-keys', '--json'], env)).toEqual({
        status: 0,
        output: '{"resealed":1,"alreadyCurrent":0,"unreadable":0,"changedMeanwhile":0}\n',
        complaints: '',
      });
      const again = await runMicroapp(['rotate-keys'], env);
      expect(again).toMatchObject({ status: 0, complaints: '' });
      expect(again.output).toContain('Already current     1');
      expect(again.output).toContain('The others may be dropped');
      expect(await second.end('SIGTERM')).toBe(0);

      await writeFile(keyFile, `${newKey}\n`);
      const third = await startServer(settings);
      expect(await third.end('SIGTERM')).toBe(0);
      for (const server of [first, second, third]) {
        for (const key of [oldKey, newKey]) expect(server.output()).not.toContain(key);
      }
    },
    withinMs,
  );
});
