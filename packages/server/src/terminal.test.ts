import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshCredential } from './platform/credential.ts';
import { systemRandom } from './platform/random.ts';
import { firstKeyBanner, readyBanner, writeKeyFile } from './terminal.ts';

const key = freshCredential(systemRandom, 'owner_key').secret;

describe('what stands on the terminal', () => {
  it('is the dashboard, once the server answers', () => {
    expect(readyBanner('http://127.0.0.1:4400', undefined)).toContain('  Dashboard  http://127.0.0.1:4400\n');
    expect(readyBanner('http://127.0.0.1:4400', undefined)).not.toContain('Demo page');
    expect(readyBanner('http://127.0.0.1:4400', 'http://localhost:4402')).toContain(
      '  Demo page  http://localhost:4402\n',
    );
  });

  it('is the first owner key, once, with what it is good for', () => {
    const banner = firstKeyBanner(key, undefined);
    expect(banner.split(key.reveal())).toHaveLength(2);
    expect(banner).toContain('shown only now');
  });

  it('is the file instead of the key where the key went to a file', () => {
    const banner = firstKeyBanner(key, '/data/owner-key');
    expect(banner).toContain('in /data/owner-key');
    expect(banner).not.toContain(key.reveal());
  });
});

describe('the file with the first owner key', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'microapp-key-file-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('holds the key and can be read by its user only, in a folder that need not exist', async () => {
    const path = await writeKeyFile(join(folder, 'data'), key);
    expect(path).toBe(join(folder, 'data', 'owner-key'));
    expect(await readFile(path, 'utf8')).toBe(`${key.reveal()}\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('does not inherit who may read the file that stood in its place', async () => {
    const path = join(folder, 'owner-key');
    await writeFile(path, 'an older key');
    await chmod(path, 0o644);
    await writeKeyFile(folder, key);
    expect(await readFile(path, 'utf8')).toBe(`${key.reveal()}\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is not written through a link that stood in its place', async () => {
    const elsewhere = join(folder, 'elsewhere');
    await writeFile(elsewhere, 'untouched');
    await symlink(elsewhere, join(folder, 'owner-key'));
    await writeKeyFile(folder, key);
    expect(await readFile(elsewhere, 'utf8')).toBe('untouched');
  });
});
