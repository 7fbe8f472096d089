import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadConfig, type Config, type Environment } from './config.ts';
import { freshCredential } from './platform/credential.ts';
import { systemRandom } from './platform/random.ts';

function configOf(env: Environment): Config {
  const loaded = loadConfig(env);
  if ('problems' in loaded) throw new Error(loaded.problems.join(' '));
  return loaded.config;
}

function problemsOf(env: Environment): string[] {
  const loaded = loadConfig(env);
  return 'problems' in loaded ? loaded.problems : [];
}

const secretKey = (): string => randomBytes(32).toString('base64');
const ownerKey = freshCredential(systemRandom, 'owner_key').secret.reveal();

describe('the settings', () => {
  it('have a default each, so that nothing has to be set', () => {
    expect(configOf({})).toEqual({
      host: '127.0.0.1',
      port: 4400,
      publicUrl: 'http://127.0.0.1:4400',
      embedUrl: 'http://127.0.0.1:4400',
      dataDir: './data',
      database: { kind: 'pglite' },
      ownerKey: undefined,
      secretKeys: [],
      maxSignedTokenTtlSeconds: 86_400,
      trustProxy: [],
      demo: { mode: 'auto', port: 4402 },
      logLevel: undefined,
    });
  });

  it('that are empty count as unset', () => {
    const names = ['PORT', 'HOST', 'PUBLIC_URL', 'EMBED_URL', 'DATA_DIR', 'DATABASE_URL', 'DATABASE_MIGRATION_URL'];
    const more = [
      'MICROAPP_OWNER_KEY',
      'MICROAPP_SECRET_KEY',
      'TRUST_PROXY',
      'LOG_LEVEL',
      'MAX_SIGNED_TOKEN_TTL_SECONDS',
    ];
    expect(configOf(Object.fromEntries([...names, ...more].map((name) => [name, ''])))).toEqual(configOf({}));
  });

  it.each<[string, Environment, Partial<Config>]>([
    ['PORT', { PORT: '8080' }, { port: 8080, publicUrl: 'http://127.0.0.1:8080' }],
    ['HOST', { HOST: 'apps.internal' }, { host: 'apps.internal', publicUrl: 'http://apps.internal:4400' }],
    ['HOST, every interface', { HOST: '0.0.0.0' }, { host: '0.0.0.0', publicUrl: 'http://127.0.0.1:4400' }],
    ['HOST, every interface of IPv6', { HOST: '::' }, { host: '::', publicUrl: 'http://127.0.0.1:4400' }],
    ['HOST, IPv6', { HOST: '::1' }, { host: '::1', publicUrl: 'http://[::1]:4400' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'https://Apps.example.com/' }, { publicUrl: 'https://apps.example.com' }],
    [
      'EMBED_URL',
      { PUBLIC_URL: 'https://apps.example.com', EMBED_URL: 'https://frames.example.net:8443' },
      { publicUrl: 'https://apps.example.com', embedUrl: 'https://frames.example.net:8443' },
    ],
    ['DATA_DIR', { DATA_DIR: '/var/lib/microapp' }, { dataDir: '/var/lib/microapp' }],
    ['MAX_SIGNED_TOKEN_TTL_SECONDS', { MAX_SIGNED_TOKEN_TTL_SECONDS: '3600' }, { maxSignedTokenTtlSeconds: 3600 }],
    ['TRUST_PROXY', { TRUST_PROXY: '10.0.0.1' }, { trustProxy: ['10.0.0.1'] }],
    [
      'TRUST_PROXY, several',
      { TRUST_PROXY: ' 10.0.0.0/8, ::1 ,fd00::/8,loopback,, uniquelocal' },
      { trustProxy: ['10.0.0.0/8', '::1', 'fd00::/8', 'loopback', 'uniquelocal'] },
    ],
    ['LOG_LEVEL', { LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
  ])('are read: %s', (_name, env, expected) => {
    const { publicUrl = 'http://127.0.0.1:4400' } = expected;
    expect(configOf(env)).toEqual({ ...configOf({}), embedUrl: publicUrl, ...expected });
  });

  it.each([
    [{ DATABASE_URL: 'postgres://a:b@db/x' }, 'postgres://a:b@db/x', 'postgres://a:b@db/x'],
    [
      { DATABASE_URL: 'postgresql://a@db/x', DATABASE_MIGRATION_URL: 'postgres://owner@db/x' },
      'postgresql://a@db/x',
      'postgres://owner@db/x',
    ],
  ])('DATABASE_URL and DATABASE_MIGRATION_URL, by default the same: %#', (env, url, migrationUrl) => {
    const { database } = configOf(env);
    if (database.kind !== 'postgres') throw new Error(`it is ${database.kind}`);
    expect([database.url.reveal(), database.migrationUrl.reveal()]).toEqual([url, migrationUrl]);
  });

  it('MICROAPP_OWNER_KEY is taken when it is well-formed', () => {
    expect(configOf({ MICROAPP_OWNER_KEY: ownerKey }).ownerKey?.reveal()).toBe(ownerKey);
  });

  it('MICROAPP_SECRET_KEY may be several, in their order', () => {
    const keys = [secretKey(), secretKey()];
    const config = configOf({ MICROAPP_SECRET_KEY: keys.join(', ') });
    expect(config.secretKeys.map((key) => key.reveal())).toEqual(keys);
  });
});

describe('a wrong setting', () => {
  it.each<[Environment, string]>([
    [{ PORT: 'http' }, 'PORT is "http"'],
    [{ PORT: '0' }, 'PORT is "0"'],
    [{ PORT: '65536' }, 'PORT is "65536"'],
    [{ PORT: '-1' }, 'PORT is "-1"'],
    [{ PORT: '80.5' }, 'PORT is "80.5"'],
    [{ PORT: '0x1130' }, 'PORT is "0x1130"'],
    [{ PORT: '4e3' }, 'PORT is "4e3"'],
    [{ PORT: ' ' }, 'PORT is " "'],
    [{ PUBLIC_URL: 'apps.example.com' }, 'PUBLIC_URL is not an http or https address'],
    [{ PUBLIC_URL: 'ftp://apps.example.com' }, 'PUBLIC_URL is not an http or https address'],
    [{ PUBLIC_URL: 'https://apps.example.com/base' }, 'Did you mean https://apps.example.com?'],
    [{ PUBLIC_URL: 'https://apps.example.com/?a=b' }, 'Did you mean https://apps.example.com?'],
    [{ PUBLIC_URL: 'https://apps.example.com/#a' }, 'Did you mean https://apps.example.com?'],
    [{ PUBLIC_URL: 'https://user@apps.example.com' }, 'Did you mean https://apps.example.com?'],
    [{ PUBLIC_URL: 'https://:hidden@apps.example.com' }, 'Did you mean https://apps.example.com?'],
    [{ EMBED_URL: 'nonsense' }, 'EMBED_URL is not an http or https address'],
    [{ DATABASE_URL: 'mysql://db/x' }, 'DATABASE_URL does not start with postgres://'],
    [{ DATABASE_URL: 'db.internal' }, 'DATABASE_URL does not start with postgres://'],
    [{ DATABASE_URL: 'postgres://db/x', DATABASE_MIGRATION_URL: 'db' }, 'DATABASE_MIGRATION_URL does not start'],
    [{ DATABASE_MIGRATION_URL: 'postgres://db/x' }, 'DATABASE_MIGRATION_URL is set without DATABASE_URL'],
    [{ MICROAPP_OWNER_KEY: 'mk_short' }, 'MICROAPP_OWNER_KEY is not a well-formed owner key'],
    [{ MICROAPP_OWNER_KEY: ownerKey.slice(0, -1) }, 'was it cut off?'],
    [{ MICROAPP_OWNER_KEY: ` ${ownerKey}` }, 'MICROAPP_OWNER_KEY is not a well-formed owner key'],
    [
      { MICROAPP_OWNER_KEY: freshCredential(systemRandom, 'embed_token').secret.reveal() },
      'MICROAPP_OWNER_KEY is not a well-formed owner key',
    ],
    [{ MICROAPP_SECRET_KEY: 'short' }, 'MICROAPP_SECRET_KEY 1 is not 32 bytes of base64'],
    [{ MICROAPP_SECRET_KEY: `${secretKey()},short` }, 'MICROAPP_SECRET_KEY 2 is not 32 bytes of base64'],
    [{ MICROAPP_SECRET_KEY: randomBytes(33).toString('base64') }, 'MICROAPP_SECRET_KEY 1 is not 32 bytes'],
    [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY has "true"'],
    [{ TRUST_PROXY: '10.0.0.1,proxy.internal' }, 'TRUST_PROXY has "proxy.internal"'],
    [{ TRUST_PROXY: '10.0.0' }, 'TRUST_PROXY has "10.0.0"'],
    [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY has "10.0.0.0/33"'],
    [{ TRUST_PROXY: '10.0.0.0/0' }, 'TRUST_PROXY has "10.0.0.0/0"'],
    [{ TRUST_PROXY: '10.0.0.0/8/8' }, 'TRUST_PROXY has "10.0.0.0/8/8"'],
    [{ TRUST_PROXY: '10.0.0.1@evil' }, 'TRUST_PROXY has "10.0.0.1@evil"'],
    [{ TRUST_PROXY: 'fd00::/129' }, 'TRUST_PROXY has "fd00::/129"'],
    [{ TRUST_PROXY: 'fd00:::' }, 'TRUST_PROXY has "fd00:::"'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud"'],
    [{ LOG_LEVEL: 'INFO' }, 'LOG_LEVEL is "INFO"'],
  ])('is one problem, in a sentence that names it: %j', (env, sentence) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(sentence);
    expect(problems[0]).toMatch(/[.?]$|openssl rand -base64 32$/);
  });

  it('is listed together with all others', () => {
    const problems = problemsOf({
      PORT: 'x',
      PUBLIC_URL: 'x',
      EMBED_URL: 'x',
      DATABASE_URL: 'x',
      DATABASE_MIGRATION_URL: 'x',
      MICROAPP_OWNER_KEY: 'x',
      MICROAPP_SECRET_KEY: 'x,y',
      TRUST_PROXY: 'x,y',
      LOG_LEVEL: 'x',
    });
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toEqual([
      'PORT',
      'PUBLIC_URL',
      'EMBED_URL',
      'DATABASE_URL',
      'DATABASE_MIGRATION_URL',
      'MICROAPP_OWNER_KEY',
      'MICROAPP_SECRET_KEY',
      'MICROAPP_SECRET_KEY',
      'TRUST_PROXY',
      'TRUST_PROXY',
      'LOG_LEVEL',
    ]);
  });

  it('that may hold a secret is not repeated', () => {
    const hidden = 'hidden0123456789';
    const problems = problemsOf({
      PUBLIC_URL: `postgres://user:${hidden}@db/x`,
      EMBED_URL: `https://user:${hidden}@apps.example.com/?token=${hidden}`,
      DATABASE_URL: `mysql://user:${hidden}@db/x`,
      DATABASE_MIGRATION_URL: `user:${hidden}@db`,
      MICROAPP_OWNER_KEY: `mk_${hidden}`,
      MICROAPP_SECRET_KEY: hidden,
    });
    expect(problems).toHaveLength(6);
    expect(problems.join('\n')).not.toContain(hidden);
  });

  it('does not print with the configuration: secrets stay closed in it', () => {
    const key = secretKey();
    const config = configOf({
      MICROAPP_OWNER_KEY: ownerKey,
      MICROAPP_SECRET_KEY: key,
      DATABASE_URL: 'postgres://user:hidden@db/x',
    });
    const printed = JSON.stringify(config);
    for (const secret of [ownerKey, key, 'hidden']) expect(printed).not.toContain(secret);
  });
});

describe('the demo settings', () => {
  it.each<[Environment, 'auto' | 'on' | 'off']>([
    [{}, 'auto'],
    [{ NODE_ENV: 'production' }, 'off'],
    [{ NODE_ENV: 'production', DEMO: 'on' }, 'on'],
    [{ DEMO: 'off' }, 'off'],
  ])('of %o make the demo %s', (env, mode) => {
    expect(configOf(env).demo).toEqual({ mode, port: 4402 });
  });

  it('name every problem at once', () => {
    expect(loadConfig({ DEMO: 'yes', DEMO_PORT: '70000', PORT: 'x' })).toEqual({
      problems: [
        'PORT is "x". Give a number from 1 to 65535.',
        'DEMO is "yes". Say on or off.',
        'DEMO_PORT is "70000". Give a number from 1 to 65535.',
      ],
    });
  });
});
