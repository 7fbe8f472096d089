// Who may import whom. To allow something new, add a row and say why in the commit.

/** A package may import the packages in its row, nothing else of ours. */
export const packageEdges: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  server: ['contract'],
  embed: ['contract'],
  frames: ['embed', 'contract'],
  react: ['embed', 'contract'],
  // Shows the launcher that customers' pages get, drawn by its own code.
  dashboard: ['embed', 'contract'],
  node: ['contract'],
  recorder: ['contract'],
};

/** Inside packages/server/src: a layer (a file without its ending, or a folder) may import the layers in its row. */
export const serverLayers: Readonly<Record<string, readonly string[]>> = {
  main: ['app', 'config', 'deps', 'terminal', 'modules', 'platform'],
  // The command line talks to a running server over HTTP, and knows nothing of its inside.
  cli: ['command-line', 'platform'],
  'command-line': ['platform'],
  // A program of its own: the server meets it over HTTP only, as it meets any provider.
  'echo-model': ['platform'],
  app: ['config', 'deps', 'modules', 'platform'],
  modules: ['platform'],
  deps: ['config', 'modules', 'platform'],
  terminal: ['platform'],
  config: ['platform'],
  platform: [],
  testing: ['main', 'cli', 'command-line', 'echo-model', 'app', 'config', 'deps', 'modules', 'platform'],
};

/** A module may import modules in rows below its own, through their index.ts. */
export const moduleRows: readonly (readonly string[])[] = [
  // A theme may be refined by a model, which is asked as the steps of tools ask one.
  ['overview', 'first-start', 'dashboard', 'demo', 'theme-suggestions'],
  ['tools', 'recordings'],
  ['embed-sessions', 'frames', 'sign-in'],
  ['access'],
  ['surfaces', 'embed-tokens', 'api-keys', 'provider-keys', 'webhook-secret', 'previews'],
  ['apps'],
  ['workspaces', 'members'],
  ['owner-keys', 'signing-keys', 'installation', 'dashboard-sessions'],
  ['owners'],
  ['usage', 'audit', 'access-log', 'spikes', 'idempotency-keys'],
];

/** Words that platform/ does not know: it would run another product unchanged. Singular, lower case. */
export const productWords: readonly string[] = [
  'chat',
  'customer',
  'embed',
  'insight',
  'owner',
  'partner',
  'portal',
  'quota',
  'recording',
  'slug',
  'surface',
  'ticket',
  'tool',
  'visitor',
  'voice',
  'widget',
  'workspace',
];

/** The words that a part of platform/ may use all the same. */
export const productWordExceptions: readonly { under: string; words: readonly string[]; because: string }[] = [
  {
    under: 'packages/server/src/platform/db/',
    words: ['owner', 'workspace'],
    because: 'the wall between tenants is set for each transaction; a table has an owner, too',
  },
  {
    under: 'packages/server/src/platform/http/',
    words: ['embed', 'owner', 'portal', 'surface', 'visitor', 'workspace'],
    because: 'a route names the scope that it authenticates for, and a principal says whom it stands for',
  },
  {
    under: 'packages/server/src/platform/log.ts',
    words: ['embed'],
    because: 'the headers that carry credentials are kept out of the log by name',
  },
];

/** Files without input or output: same arguments, same answer. */
export const pureFiles: readonly string[] = [
  'packages/contract/src/**/*.ts',
  'packages/server/src/config.ts',
  'packages/server/src/modules/spikes/judge.ts',
  'packages/server/src/modules/usage/utc-day.ts',
  'packages/server/src/platform/oidc/provider-url.ts',
  'packages/server/src/platform/outbound/parse-place.ts',
  'packages/server/src/platform/secret.ts',
];

/** What a pure file may import besides pure files. */
export const purePackages: readonly string[] = [
  '@microapp/contract',
  'node:buffer',
  'node:crypto',
  'node:path',
  'node:util',
  'node:zlib',
  'typebox',
];

/** Database drivers and query builders stay in these files. */
export const queryFiles: readonly string[] = [
  'packages/server/src/modules/*/store.ts',
  'packages/server/src/platform/db/**/*.ts',
];

export const queryPackages: readonly string[] = ['kysely', 'pg', '@electric-sql/pglite'];

/** The callers of `withSystem`, which sees every tenant. Each needs a reason that names what cannot be known yet. */
export const systemCallers: Readonly<Record<string, string>> = {
  'packages/server/src/modules/access-log/recorder.ts': 'one batch holds lines of many workspaces',
  'packages/server/src/modules/access/api-key-records.ts': 'whose an API key is, is what the look-up answers',
  'packages/server/src/modules/access/public-tool-records.ts': 'whose a tool is, is what the look-up answers',
  'packages/server/src/modules/access/records.ts': 'whose a credential is, is what the look-up answers',
  'packages/server/src/modules/access/stamps.ts': 'one batch stamps credentials of many workspaces',
  'packages/server/src/modules/demo/furnish.ts': 'the demo belongs to the first owner, whoever that is',
  'packages/server/src/modules/embed-sessions/redeem.ts': 'whose a ticket is, is what redeeming it answers',
  'packages/server/src/modules/embed-sessions/sweep.ts': 'expired tickets of all workspaces are removed together',
  'packages/server/src/modules/embed-tokens/origins-seen.ts': 'one batch holds origins of tokens of many workspaces',
  'packages/server/src/modules/idempotency-keys/sweep.ts': 'old keys of all owners are removed together',
  'packages/server/src/modules/members/use-link.ts': 'whose a sign-in link is, is what the look-up answers',
  'packages/server/src/modules/owners/found.ts': 'the first owner is made before there is one',
  'packages/server/src/modules/installation/rotate-keys.ts': 'every envelope of every owner is sealed again',
  'packages/server/src/modules/installation/wall.ts': 'the catalogue belongs to no tenant',
  'packages/server/src/modules/owners/check-first-owner.ts': 'an owner sees itself only',
  'packages/server/src/modules/signing-keys/keyring.ts': 'signing keys belong to the installation',
  'packages/server/src/modules/signing-keys/routes.ts': 'signing keys belong to the installation',
  'packages/server/src/modules/surfaces/sightings.ts': 'one batch holds pages of surfaces of many workspaces',
  'packages/server/src/modules/usage/interrupted-runs.ts': 'an instance that is gone had runs of many workspaces',
  'packages/server/src/modules/spikes/detect.ts': 'the log of all workspaces is looked through together',
};

/** Who may touch the clock, randomness, the environment and the console directly, and what of it. */
export const ambientExceptions: readonly { file: string; uses: readonly string[]; because: string }[] = [
  {
    file: 'packages/server/src/main.ts',
    uses: ['process.env'],
    because: 'the only file with side effects',
  },
  {
    file: 'packages/server/src/cli.ts',
    uses: ['process.env'],
    because: 'it is to the command line what main.ts is to the server',
  },
  {
    file: 'packages/server/src/echo-model/start.ts',
    uses: ['process.env'],
    because: 'it is to the echo server what main.ts is to the server',
  },
  {
    file: 'packages/server/src/platform/clock.ts',
    uses: ['Date.now', 'performance.now', 'setTimeout', 'setInterval'],
    because: 'it is the clock',
  },
  {
    file: 'packages/server/src/platform/random.ts',
    uses: ['randomBytes'],
    because: 'it is the randomness',
  },
  {
    file: 'packages/server/src/modules/tools/engine/tool-worker.ts',
    uses: ['performance.now'],
    because: 'a worker thread has no dependencies but its messages, and measures its own step',
  },
  {
    file: 'packages/server/src/modules/tools/engine/starter-process.ts',
    uses: ['setInterval'],
    because: 'a process of its own, which looks whether its server is still there',
  },
  {
    file: 'packages/embed/src/frame/index.ts',
    uses: ['getRandomValues'],
    because: 'it asks the window that it is given',
  },
  {
    file: 'packages/embed/src/diagnosis/browser-clock.ts',
    uses: ['Date.now', 'performance.now'],
    because: "it is the visitor's clock, which is compared with the server's",
  },
  {
    file: 'packages/embed/src/keep-in-page.ts',
    uses: ['performance.now'],
    because: 'it asks how long the page has been there, and each argument is bytes in every host page',
  },
  {
    file: 'packages/frames/src/browser-clock.ts',
    uses: ['performance.now', 'setTimeout'],
    because: 'it is the clock of a frame',
  },
  {
    file: 'packages/dashboard/src/browser-clock.ts',
    uses: ['Date.now'],
    because: 'it is the clock of the dashboard',
  },
];

/** A test of the project `unit` reaches none of these, not even through others. */
export const serverOnlyFiles: readonly string[] = [
  'packages/server/src/app.ts',
  'packages/server/src/platform/db/pglite.ts',
  'packages/server/src/platform/db/postgres.ts',
];

/** Names that say nothing: put the code beside its user, or give it a real name. */
export const emptyNames: readonly string[] = ['common', 'helper', 'helpers', 'misc', 'shared', 'util', 'utils'];
