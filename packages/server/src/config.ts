import { isWellFormed } from '@microapp/contract';
import { parseProviderUrl } from './platform/oidc/provider-url.ts';
import { parsePlace } from './platform/outbound/parse-place.ts';
import { Secret } from './platform/secret.ts';

export type Config = {
  host: string;
  port: number;
  /** Where the dashboard and the management API are reached, as an origin. */
  publicUrl: string;
  /** Where frames and the embed API are reached, as an origin; the same as `publicUrl` unless set. */
  embedUrl: string;
  dataDir: string;
  database: { kind: 'pglite' } | { kind: 'postgres'; url: Secret; migrationUrl: Secret };
  /** Redis or Valkey, for limits that hold across processes; undefined: this process is the only one. */
  redisUrl: Secret | undefined;
  /** How often tickets for sessions may be asked for, each per minute. */
  mintLimits: { perAddress: number; perWorkspace: number; failuresPerAddress: number };
  /** How often one tool may be run, per minute: by one credential, and by one address where it is open to everybody. */
  runLimits: { perCredential: number; perAddress: number };
  /** The owner key to install at the first start instead of a generated one. */
  ownerKey: Secret | undefined;
  /** 32-byte keys, base64: the first encrypts, all decrypt. Empty: one is generated into the data folder. */
  secretKeys: readonly Secret[];
  /** Whose access tokens the management API takes beside owner keys. */
  oidc: OidcConfig | undefined;
  /** How far away the expiry of a self-signed token may be. */
  maxSignedTokenTtlSeconds: number;
  /** Who may set X-Forwarded-For: IP addresses, networks, or the framework's names for private ones. */
  trustProxy: readonly string[];
  /** What outside calls may reach though it is private: IP addresses and networks, or `host:port` of one server. */
  outboundAllow: readonly string[];
  /** The demo page: made at the first start and shown when it is there (`auto`), made in any case, or not at all. */
  demo: { mode: 'auto' | 'on' | 'off'; port: number };
  /** What each owner may use in a UTC day, and how many tools it may have live at a time. */
  plan: { runsPerDay: number; aiActionsPerDay: number; failedRunsPerDay: number; liveTools: number };
  /** Whole days that the access log is kept, before the current one. */
  accessLogDays: number;
  /** Undefined: the caller decides by where the log goes. */
  logLevel: string | undefined;
};

export type OidcConfig = {
  /** As the provider writes it, to the last slash. */
  issuer: string;
  audience: string;
  /** Where in a token the roles are: a claim's name, or a path such as `realm_access.roles`. */
  roleClaim: string;
  /** Where in a token the owner's id is; undefined: everybody acts for the first owner. */
  ownerClaim: string | undefined;
  /** As what the provider knows this server when people sign in to the dashboard; undefined: they cannot. */
  client: { id: string; secret: Secret | undefined } | undefined;
};

export type Environment = Readonly<Record<string, string | undefined>>;

const perMinuteMax = 1_000_000;
const plannedMax = 1_000_000_000;
const secretKeyBytes = 32;
const maxSignedTokenTtlSecondsDefault = 86_400;
/** What the framework calls the networks that are reached from nowhere else. */
const privateNetworks = ['loopback', 'linklocal', 'uniquelocal'];
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the settings. Pure: answers with the configuration, or with every problem at once. */
export function loadConfig(env: Environment): { config: Config } | { problems: string[] } {
  const problems: string[] = [];
  const host = env['HOST'] || '127.0.0.1';
  const port = readPort('PORT', env['PORT'], { fallback: 4400, problems });
  const publicUrl = readOrigin('PUBLIC_URL', env['PUBLIC_URL'], problems) ?? `http://${urlHost(host)}:${port}`;
  const embedUrl = readOrigin('EMBED_URL', env['EMBED_URL'], problems) ?? publicUrl;
  const config: Config = {
    host,
    port,
    publicUrl,
    embedUrl,
    dataDir: env['DATA_DIR'] || './data',
    database: readDatabase(env, problems),
    redisUrl: readRedisUrl(env['REDIS_URL'], problems),
    mintLimits: {
      perAddress: readPerMinute(env, 'MINTS_PER_ADDRESS_PER_MINUTE', { fallback: 60, problems }),
      perWorkspace: readPerMinute(env, 'MINTS_PER_WORKSPACE_PER_MINUTE', { fallback: 3000, problems }),
      failuresPerAddress: readPerMinute(env, 'FAILURES_PER_ADDRESS_PER_MINUTE', { fallback: 120, problems }),
    },
    runLimits: {
      perCredential: readPerMinute(env, 'TOOL_RUNS_PER_MINUTE', { fallback: 60, problems }),
      perAddress: readPerMinute(env, 'PUBLIC_RUNS_PER_MINUTE', { fallback: 10, problems }),
    },
    ownerKey: readOwnerKey(env['MICROAPP_OWNER_KEY'], problems),
    secretKeys: readSecretKeys(env['MICROAPP_SECRET_KEY'], problems),
    oidc: readOidc(env, problems),
    maxSignedTokenTtlSeconds: readMaxSignedTokenTtl(env['MAX_SIGNED_TOKEN_TTL_SECONDS'], problems),
    trustProxy: readTrustProxy(env['TRUST_PROXY'], problems),
    outboundAllow: readOutboundAllow(env['OUTBOUND_ALLOW'], problems),
    demo: {
      mode: readDemo(env, problems),
      port: readPort('DEMO_PORT', env['DEMO_PORT'], { fallback: 4402, problems }),
    },
    plan: {
      runsPerDay: readPlanned(env, 'PLAN_RUNS_PER_DAY', { fallback: 10_000, problems }),
      aiActionsPerDay: readPlanned(env, 'PLAN_AI_ACTIONS_PER_DAY', { fallback: 1000, problems }),
      failedRunsPerDay: readPlanned(env, 'PLAN_FAILED_RUNS_PER_DAY', { fallback: 1000, problems }),
      liveTools: readPlanned(env, 'PLAN_LIVE_TOOLS', { fallback: 100, problems }),
    },
    accessLogDays: readDays('ACCESS_LOG_DAYS', env['ACCESS_LOG_DAYS'], { fallback: 30, problems }),
    logLevel: readLogLevel(env['LOG_LEVEL'], problems),
  };
  return problems.length === 0 ? { config } : { problems };
}

function readPort(
  name: string,
  text: string | undefined,
  { fallback, problems }: { fallback: number; problems: string[] },
): number {
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65535) return port;
  problems.push(`${name} is "${text}". Give a number from 1 to 65535.`);
  return fallback;
}

const daysMax = 3650;

function readDays(
  name: string,
  text: string | undefined,
  { fallback, problems }: { fallback: number; problems: string[] },
): number {
  if (text === undefined || text === '') return fallback;
  const days = Number(text);
  if (/^\d{1,4}$/.test(text) && days >= 1 && days <= daysMax) return days;
  problems.push(`${name} is "${text}". Give a number of days from 1 to ${daysMax}.`);
  return fallback;
}

function readDemo(env: Environment, problems: string[]): Config['demo']['mode'] {
  const text = env['DEMO'] ?? '';
  if (text === '') return env['NODE_ENV'] === 'production' ? 'off' : 'auto';
  if (text === 'on' || text === 'off') return text;
  problems.push(`DEMO is "${text}". Say on or off.`);
  return 'off';
}

/** The host as it stands in a URL: an address that means "every interface" is reached by the loopback one. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function readOrigin(name: string, text: string | undefined, problems: string[]): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    // The value is not repeated: an address of another kind, set here by mistake, may hold a password.
    problems.push(`${name} is not an http or https address. Give one such as https://apps.example.com.`);
    return undefined;
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    problems.push(`${name} has more than scheme, host and port. Did you mean ${url.origin}?`);
  }
  return url.origin;
}

function readDatabase(env: Environment, problems: string[]): Config['database'] {
  const url = env['DATABASE_URL'];
  const migrationUrl = env['DATABASE_MIGRATION_URL'] || url;
  if (!url || !migrationUrl) {
    if (migrationUrl) problems.push('DATABASE_MIGRATION_URL is set without DATABASE_URL. Set both, or neither.');
    return { kind: 'pglite' };
  }
  for (const name of ['DATABASE_URL', 'DATABASE_MIGRATION_URL']) {
    // The value is not repeated: it may hold a password.
    if (!/^(postgres(ql)?:\/\/|$)/.test(env[name] ?? ''))
      problems.push(`${name} does not start with postgres:// or postgresql://.`);
  }
  return { kind: 'postgres', url: new Secret(url), migrationUrl: new Secret(migrationUrl) };
}

function readRedisUrl(text: string | undefined, problems: string[]): Secret | undefined {
  if (text === undefined || text === '') return undefined;
  // The value is not repeated: it may hold a password.
  const url = URL.parse(text);
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    problems.push('REDIS_URL is no address such as redis://host:6379, or rediss://user:password@host:6379 with TLS.');
  } else if (!/^(\/\d{0,4})?$/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    problems.push('REDIS_URL has more than user, password, host, port and the number of a database.');
  }
  return new Secret(text);
}

function readPerMinute(
  env: Environment,
  name: string,
  { fallback, problems }: { fallback: number; problems: string[] },
): number {
  const text = env[name] ?? '';
  if (text === '') return fallback;
  const count = Number(text);
  if (/^\d{1,7}$/.test(text) && count >= 1 && count <= perMinuteMax) return count;
  problems.push(`${name} is "${text}". Give a number from 1 to ${perMinuteMax}.`);
  return fallback;
}

function readPlanned(
  env: Environment,
  name: string,
  { fallback, problems }: { fallback: number; problems: string[] },
): number {
  const text = env[name] ?? '';
  if (text === '') return fallback;
  const count = Number(text);
  if (/^\d{1,10}$/.test(text) && count <= plannedMax) return count;
  problems.push(`${name} is "${text}". Give a number from 0 to ${plannedMax}.`);
  return fallback;
}

function readOwnerKey(text: string | undefined, problems: string[]): Secret | undefined {
  if (text === undefined || text === '') return undefined;
  if (isWellFormed('owner_key', text)) return new Secret(text);
  problems.push('MICROAPP_OWNER_KEY is not a well-formed owner key. Its checksum does not match: was it cut off?');
  return undefined;
}

function readSecretKeys(text: string | undefined, problems: string[]): Secret[] {
  const keys = readList(text);
  for (const [index, key] of keys.entries()) {
    if (Buffer.from(key, 'base64').length !== secretKeyBytes) {
      problems.push(
        `MICROAPP_SECRET_KEY ${index + 1} is not 32 bytes of base64. Make one with: openssl rand -base64 32`,
      );
    }
  }
  return keys.map((key) => new Secret(key));
}

function readOidc(env: Environment, problems: string[]): Config['oidc'] {
  const issuer = env['OIDC_ISSUER'] || undefined;
  if (issuer === undefined) {
    for (const name of [
      'OIDC_AUDIENCE',
      'OIDC_ROLE_CLAIM',
      'OIDC_OWNER_CLAIM',
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET',
    ]) {
      if (env[name]) problems.push(`${name} is set without OIDC_ISSUER. Set both, or neither.`);
    }
    return undefined;
  }
  if (parseProviderUrl(issuer) === undefined) {
    // The value is not repeated: an address of another kind, set here by mistake, may hold a password.
    problems.push(
      'OIDC_ISSUER is not an https address without query. Give one such as https://login.example.com; http is for this machine only.',
    );
  }
  const audience = env['OIDC_AUDIENCE'] ?? '';
  if (audience === '') {
    problems.push('OIDC_AUDIENCE is missing. Give the audience of the access tokens that are meant for this server.');
  }
  return {
    issuer,
    audience,
    roleClaim: env['OIDC_ROLE_CLAIM'] || 'roles',
    ownerClaim: env['OIDC_OWNER_CLAIM'] || undefined,
    client: readOidcClient(env, problems),
  };
}

function readOidcClient(env: Environment, problems: string[]): OidcConfig['client'] {
  const id = env['OIDC_CLIENT_ID'] || undefined;
  const secret = env['OIDC_CLIENT_SECRET'] || undefined;
  if (id !== undefined) return { id, secret: secret === undefined ? undefined : new Secret(secret) };
  if (secret !== undefined) problems.push('OIDC_CLIENT_SECRET is set without OIDC_CLIENT_ID. Set both, or neither.');
  return undefined;
}

function readMaxSignedTokenTtl(text: string | undefined, problems: string[]): number {
  if (text === undefined || text === '') return maxSignedTokenTtlSecondsDefault;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  problems.push(`MAX_SIGNED_TOKEN_TTL_SECONDS is "${text}". Give a number of seconds, such as 86400 for a day.`);
  return maxSignedTokenTtlSecondsDefault;
}

function readTrustProxy(text: string | undefined, problems: string[]): string[] {
  const entries = readList(text);
  for (const entry of entries) {
    if (privateNetworks.includes(entry) || isNetwork(entry)) continue;
    problems.push(
      `TRUST_PROXY has "${entry}". Give IP addresses, networks such as 10.0.0.0/8, or ${privateNetworks.join(', ')}.`,
    );
  }
  return entries;
}

function readOutboundAllow(text: string | undefined, problems: string[]): string[] {
  const entries = readList(text);
  for (const entry of entries) {
    if (isNetwork(entry) || parsePlace(entry) !== undefined) continue;
    problems.push(
      `OUTBOUND_ALLOW has "${entry}". Give a host with a port such as models.internal:8000 or [::1]:11434, or IP addresses or networks such as 10.1.0.0/16 for all of their ports.`,
    );
  }
  return entries;
}

/** An IP address, with or without the length of a network's prefix. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const isV6 = address.includes(':');
  // The URL parser rewrites every other spelling of an IPv4 address, and every host that is none ends in no number.
  const isAddress = isV6
    ? URL.canParse(`http://[${address}]`)
    : /\d$/.test(address) && URL.parse(`http://${address}`)?.hostname === address;
  if (!isAddress || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (isV6 ? 128 : 32);
}

function readLogLevel(text: string | undefined, problems: string[]): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (logLevels.includes(text)) return text;
  problems.push(`LOG_LEVEL is "${text}". Use one of ${logLevels.join(', ')}.`);
  return undefined;
}

function readList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
