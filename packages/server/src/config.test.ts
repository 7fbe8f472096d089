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
      redisUrl: undefined,
      mintLimits: { perAddress: 60, perWorkspace: 3000, failuresPerAddress: 120 },
      runLimits: { perCredential: 60, perAddress: 10 },
      plan: { runsPerDay: 10_000, aiActionsPerDay: 1000, failedRunsPerDay: 1000, liveTools: 100 },
      ownerKey: undefined,
      secretKeys: [],
      oidc: undefined,
      maxSignedTokenTtlSeconds: 86_400,
      trustProxy: [],
      outboundAllow: [],
      demo: { mode: 'auto', port: 4402 },
      accessLogDays: 30,
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
      'REDIS_URL',
      'ACCESS_LOG_DAYS',
      'MAX_SIGNED_TOKEN_TTL_SECONDS',
    ];
    const oidc = ['OIDC_ISSUER', 'OIDC_AUDIENCE', 'OIDC_ROLE_CLAIM', 'OIDC_OWNER_CLAIM'];
    const limits = [
      'MINTS_PER_ADDRESS_PER_MINUTE',
      'MINTS_PER_WORKSPACE_PER_MINUTE',
      'FAILURES_PER_ADDRESS_PER_MINUTE',
      'TOOL_RUNS_PER_MINUTE',
      'PUBLIC_RUNS_PER_MINUTE',
      'PLAN_LIVE_TOOLS',
      'PLAN_RUNS_PER_DAY',
      'PLAN_AI_ACTIONS_PER_DAY',
      'PLAN_FAILED_RUNS_PER_DAY',
    ];
    expect(configOf(Object.fromEntries([...names, ...more, ...oidc, ...limits].map((name) => [name, ''])))).toEqual(
      configOf({}),
    );
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
    [
      'OIDC_ISSUER and OIDC_AUDIENCE',
      { OIDC_ISSUER: 'https://login.example.com/', OIDC_AUDIENCE: 'https://apps.example.com/v1' },
      {
        oidc: {
          issuer: 'https://login.example.com/',
          audience: 'https://apps.example.com/v1',
          roleClaim: 'roles',
          ownerClaim: undefined,
          client: undefined,
        },
      },
    ],
    [
      'OIDC_ROLE_CLAIM and OIDC_OWNER_CLAIM, and an issuer on this machine',
      {
        OIDC_ISSUER: 'http://127.0.0.1:8080/realms/us',
        OIDC_AUDIENCE: 'microapp',
        OIDC_ROLE_CLAIM: 'realm_access.roles',
        OIDC_OWNER_CLAIM: 'https://example.com/owner',
      },
      {
        oidc: {
          issuer: 'http://127.0.0.1:8080/realms/us',
          audience: 'microapp',
          roleClaim: 'realm_access.roles',
          ownerClaim: 'https://example.com/owner',
          client: undefined,
        },
      },
    ],
    [
      'OIDC_CLIENT_ID, for a client without a secret',
      { OIDC_ISSUER: 'https://login.example.com', OIDC_AUDIENCE: 'microapp', OIDC_CLIENT_ID: 'dashboard' },
      {
        oidc: {
          issuer: 'https://login.example.com',
          audience: 'microapp',
          roleClaim: 'roles',
          ownerClaim: undefined,
          client: { id: 'dashboard', secret: undefined },
        },
      },
    ],
    ['OUTBOUND_ALLOW', { OUTBOUND_ALLOW: '10.0.0.1, fd00::/8' }, { outboundAllow: ['10.0.0.1', 'fd00::/8'] }],
    [
      'OUTBOUND_ALLOW, with ports',
      { OUTBOUND_ALLOW: '127.0.0.1:11434,[::1]:8080, models.internal:8000' },
      { outboundAllow: ['127.0.0.1:11434', '[::1]:8080', 'models.internal:8000'] },
    ],
    ['MAX_SIGNED_TOKEN_TTL_SECONDS', { MAX_SIGNED_TOKEN_TTL_SECONDS: '3600' }, { maxSignedTokenTtlSeconds: 3600 }],
    ['TRUST_PROXY', { TRUST_PROXY: '10.0.0.1' }, { trustProxy: ['10.0.0.1'] }],
    [
      'TRUST_PROXY, several',
      { TRUST_PROXY: ' 10.0.0.0/8, ::1 ,fd00::/8,loopback,, uniquelocal' },
      { trustProxy: ['10.0.0.0/8', '::1', 'fd00::/8', 'loopback', 'uniquelocal'] },
    ],
    [
      'the limits of minting',
      {
        MINTS_PER_ADDRESS_PER_MINUTE: '1',
        MINTS_PER_WORKSPACE_PER_MINUTE: '1000000',
        FAILURES_PER_ADDRESS_PER_MINUTE: '20',
      },
      { mintLimits: { perAddress: 1, perWorkspace: 1_000_000, failuresPerAddress: 20 } },
    ],
    [
      'how often tools may be run',
      { TOOL_RUNS_PER_MINUTE: '7', PUBLIC_RUNS_PER_MINUTE: '3' },
      { runLimits: { perCredential: 7, perAddress: 3 } },
    ],
    [
      'the plan',
      {
        PLAN_RUNS_PER_DAY: '0',
        PLAN_AI_ACTIONS_PER_DAY: '5',
        PLAN_FAILED_RUNS_PER_DAY: '1000000000',
        PLAN_LIVE_TOOLS: '7',
      },
      { plan: { runsPerDay: 0, aiActionsPerDay: 5, failedRunsPerDay: 1_000_000_000, liveTools: 7 } },
    ],
    ['ACCESS_LOG_DAYS', { ACCESS_LOG_DAYS: '90' }, { accessLogDays: 90 }],
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

  it.each([
    'redis://cache:6379',
    'redis://cache/2',
    'rediss://user:p%40ss@cache.example:6380/0',
    'redis://[::1]:6379/',
  ])('REDIS_URL may be %s', (url) => {
    expect(configOf({ REDIS_URL: url }).redisUrl?.reveal()).toBe(url);
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
    [{ REDIS_URL: 'cache:6379' }, 'REDIS_URL is no address such as redis://'],
    [{ REDIS_URL: '/run/redis.sock' }, 'REDIS_URL is no address such as redis://'],
    [{ REDIS_URL: 'https://:hidden@cache' }, 'REDIS_URL is no address such as redis://'],
    [{ REDIS_URL: 'redis://' }, 'REDIS_URL is no address such as redis://'],
    [{ REDIS_URL: 'redis://:hidden@cache/name' }, 'REDIS_URL has more than'],
    [{ REDIS_URL: 'redis://:hidden@cache?enableOfflineQueue=true' }, 'REDIS_URL has more than'],
    [{ REDIS_URL: 'redis://:hidden@cache/0#a' }, 'REDIS_URL has more than'],
    [{ TOOL_RUNS_PER_MINUTE: '1.5' }, 'TOOL_RUNS_PER_MINUTE is "1.5". Give a number from 1 to 1000000.'],
    [{ MINTS_PER_ADDRESS_PER_MINUTE: '0' }, 'MINTS_PER_ADDRESS_PER_MINUTE is "0". Give a number from 1 to 1000000.'],
    [{ MINTS_PER_WORKSPACE_PER_MINUTE: '1000001' }, 'MINTS_PER_WORKSPACE_PER_MINUTE is "1000001"'],
    [{ FAILURES_PER_ADDRESS_PER_MINUTE: '1e3' }, 'FAILURES_PER_ADDRESS_PER_MINUTE is "1e3"'],
    [{ PUBLIC_RUNS_PER_MINUTE: '0' }, 'PUBLIC_RUNS_PER_MINUTE is "0". Give a number from 1 to 1000000.'],
    [{ PLAN_LIVE_TOOLS: '-1' }, 'PLAN_LIVE_TOOLS is "-1". Give a number from 0 to 1000000000.'],
    [{ PLAN_LIVE_TOOLS: '1000000001' }, 'PLAN_LIVE_TOOLS is "1000000001"'],
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
    [{ OIDC_ISSUER: 'login.example.com', OIDC_AUDIENCE: 'x' }, 'OIDC_ISSUER is not an https address'],
    [{ OIDC_ISSUER: 'http://login.example.com', OIDC_AUDIENCE: 'x' }, 'OIDC_ISSUER is not an https address'],
    [{ OIDC_ISSUER: 'http://127.0.0.1.example.com', OIDC_AUDIENCE: 'x' }, 'OIDC_ISSUER is not an https address'],
    [{ OIDC_ISSUER: 'ftp://localhost', OIDC_AUDIENCE: 'x' }, 'OIDC_ISSUER is not an https address'],
    [{ OIDC_ISSUER: 'https://login.example.com/?a=b', OIDC_AUDIENCE: 'x' }, 'OIDC_ISSUER is not an https address'],
    [{ OIDC_ISSUER: 'https://a:b@login.example.com', OIDC_AUDIENCE: 'x' }, 'OIDC_ISSUER is not an https address'],
    [{ OIDC_ISSUER: 'https://login.example.com' }, 'OIDC_AUDIENCE is missing'],
    [{ OIDC_AUDIENCE: 'x' }, 'OIDC_AUDIENCE is set without OIDC_ISSUER'],
    [{ OIDC_ROLE_CLAIM: 'x' }, 'OIDC_ROLE_CLAIM is set without OIDC_ISSUER'],
    [{ OIDC_OWNER_CLAIM: 'x' }, 'OIDC_OWNER_CLAIM is set without OIDC_ISSUER'],
    [{ OIDC_CLIENT_ID: 'x' }, 'OIDC_CLIENT_ID is set without OIDC_ISSUER'],
    [
      { OIDC_ISSUER: 'https://login.example.com', OIDC_AUDIENCE: 'x', OIDC_CLIENT_SECRET: 'x' },
      'OIDC_CLIENT_SECRET is set without OIDC_CLIENT_ID',
    ],
    [{ OUTBOUND_ALLOW: 'loopback' }, 'OUTBOUND_ALLOW has "loopback"'],
    [{ OUTBOUND_ALLOW: 'llm.internal' }, 'OUTBOUND_ALLOW has "llm.internal"'],
    [{ OUTBOUND_ALLOW: 'llm.internal:0' }, 'OUTBOUND_ALLOW has "llm.internal:0"'],
    [{ OUTBOUND_ALLOW: 'http://llm.internal:80' }, 'OUTBOUND_ALLOW has "http://llm.internal:80"'],
    [{ OUTBOUND_ALLOW: '10.0.0.0/8:80' }, 'OUTBOUND_ALLOW has "10.0.0.0/8:80"'],
    [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY has "true"'],
    [{ TRUST_PROXY: '10.0.0.1,proxy.internal' }, 'TRUST_PROXY has "proxy.internal"'],
    [{ TRUST_PROXY: '10.0.0' }, 'TRUST_PROXY has "10.0.0"'],
    [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY has "10.0.0.0/33"'],
    [{ TRUST_PROXY: '10.0.0.0/0' }, 'TRUST_PROXY has "10.0.0.0/0"'],
    [{ TRUST_PROXY: '10.0.0.0/8/8' }, 'TRUST_PROXY has "10.0.0.0/8/8"'],
    [{ TRUST_PROXY: '10.0.0.1@evil' }, 'TRUST_PROXY has "10.0.0.1@evil"'],
    [{ TRUST_PROXY: 'fd00::/129' }, 'TRUST_PROXY has "fd00::/129"'],
    [{ TRUST_PROXY: 'fd00:::' }, 'TRUST_PROXY has "fd00:::"'],
    [{ PLAN_RUNS_PER_DAY: 'plenty' }, 'PLAN_RUNS_PER_DAY is "plenty"'],
    [{ PLAN_AI_ACTIONS_PER_DAY: '-1' }, 'PLAN_AI_ACTIONS_PER_DAY is "-1"'],
    [{ PLAN_FAILED_RUNS_PER_DAY: '1000000001' }, 'PLAN_FAILED_RUNS_PER_DAY is "1000000001"'],
    [{ ACCESS_LOG_DAYS: '0' }, 'ACCESS_LOG_DAYS is "0"'],
    [{ ACCESS_LOG_DAYS: '3651' }, 'ACCESS_LOG_DAYS is "3651"'],
    [{ ACCESS_LOG_DAYS: '-1' }, 'ACCESS_LOG_DAYS is "-1"'],
    [{ ACCESS_LOG_DAYS: 'for ever' }, 'ACCESS_LOG_DAYS is "for ever"'],
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
      REDIS_URL: 'x',
      MINTS_PER_ADDRESS_PER_MINUTE: 'x',
      MICROAPP_OWNER_KEY: 'x',
      MICROAPP_SECRET_KEY: 'x,y',
      OIDC_ISSUER: 'x',
      TRUST_PROXY: 'x,y',
      ACCESS_LOG_DAYS: 'x',
      LOG_LEVEL: 'x',
    });
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toEqual([
      'PORT',
      'PUBLIC_URL',
      'EMBED_URL',
      'DATABASE_URL',
      'DATABASE_MIGRATION_URL',
      'REDIS_URL',
      'MINTS_PER_ADDRESS_PER_MINUTE',
      'MICROAPP_OWNER_KEY',
      'MICROAPP_SECRET_KEY',
      'MICROAPP_SECRET_KEY',
      'OIDC_ISSUER',
      'OIDC_AUDIENCE',
      'TRUST_PROXY',
      'TRUST_PROXY',
      'ACCESS_LOG_DAYS',
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
      REDIS_URL: `redis://:${hidden}@cache/${hidden}`,
      MICROAPP_OWNER_KEY: `mk_${hidden}`,
      MICROAPP_SECRET_KEY: hidden,
      OIDC_ISSUER: `https://user:${hidden}@login.example.com`,
      OIDC_AUDIENCE: 'x',
    });
    expect(problems).toHaveLength(8);
    expect(problems.join('\n')).not.toContain(hidden);
  });

  it('does not print with the configuration: secrets stay closed in it', () => {
    const key = secretKey();
    const config = configOf({
      MICROAPP_OWNER_KEY: ownerKey,
      MICROAPP_SECRET_KEY: key,
      DATABASE_URL: 'postgres://user:hidden@db/x',
      REDIS_URL: 'redis://:hidden@cache',
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
