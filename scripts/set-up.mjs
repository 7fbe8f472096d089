// Brings the folder into a state in which the other scripts can run: packages installed as the lock file says, Node 24
// in place, browser files built, and for tests a browser, a Redis server and Python. Plain JavaScript without dependencies, because it runs before anything is installed and on Node 20.
//
// Called from `prestart`, `pretest`, …, never inside the command itself: npm puts node_modules/.bin in front of PATH, and
// a shell that has already looked up `node` keeps the old one. The main script gets a new shell and with it Node 24.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const runtimeMajor = 24;

/** What tests need of the machine itself: one of `programs`, which `debianPackage` brings. */
const chromium = { name: 'Chromium', programs: ['/usr/bin/chromium'], debianPackage: 'chromium' };
const redis = {
  name: 'a Redis server',
  programs: ['/usr/bin/redis-server', '/usr/bin/valkey-server'],
  debianPackage: 'redis-server',
};

const python = { name: 'Python 3', programs: ['/usr/bin/python3'], debianPackage: 'python3' };

/** What makes tests quicker, and what they do without where it is not to be had: Chromium without a window around its pages. */
const headlessShell = { programs: ['/usr/bin/chromium-headless-shell'], debianPackage: 'chromium-headless-shell' };

/** `start`, `development`, or `test`, which is development with a browser, a Redis server and Python. */
const purpose = process.argv[2] ?? 'development';
const wantsDevelopment = purpose !== 'start' || !omitsDevelopment();

main();

function main() {
  requireMachineNode();
  if (!isInstalled()) install();
  requireRuntimeNode();
  if (purpose === 'test') prepareMachine();
  build();
}

/** Development tools ship native parts that npm leaves out on an older Node 20, without a word. */
function requireMachineNode() {
  const minimum = purpose === 'start' ? [20, 0] : [20, 19];
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) return;
  stop(
    `Node ${minimum.join('.')} or newer is needed to install; this is ${process.versions.node}. See https://nodejs.org.`,
  );
}

/** An explicit wish of the machine (`NODE_ENV=production`, `--omit=dev`) holds for starting, not for developing. */
function omitsDevelopment() {
  const omit = process.env.npm_config_omit ?? '';
  return process.env.NODE_ENV === 'production' || omit.split(/[\s,]+/).includes('dev');
}

/**
 * Compares the lock file with npm's own record of what it installed. This also notices a pull, a changed branch and
 * packages that somebody installed by hand, and it leaves no stamp of ours that could be wrong.
 */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  if (wanted === undefined)
    stop('package-lock.json is missing or is not JSON: restore it with `git checkout package-lock.json`.');
  const installed = readPackages('node_modules/.package-lock.json');
  if (installed === undefined) return false;

  return Object.entries(wanted).every(([path, want]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const have = installed[path];
    if (have !== undefined) return have.version === want.version && have.integrity === want.integrity;
    if (want.optional || want.peer) return true;
    return !wantsDevelopment && Boolean(want.dev || want.devOptional);
  });
}

/** @returns {Record<string, { version?: string, integrity?: string, optional?: true, peer?: true, dev?: true, devOptional?: true }> | undefined} */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(`${root}${path}`, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function install() {
  requireNpm();
  say(
    `Installing packages${wantsDevelopment ? '' : ' (without development tools)'}. This happens once, and again when package-lock.json changes.`,
  );
  const began = performance.now();
  // Explicit, so that an inherited setting cannot leave out what the purpose needs.
  const which = wantsDevelopment ? '--include=dev' : '--omit=dev';
  const { status } = npm(['ci', which, '--no-audit', '--no-fund', '--loglevel=error'], 'inherit');
  if (status === 0) return say(`Installed in ${((performance.now() - began) / 1000).toFixed(1)} s.`);

  stop(
    'Installing failed; what npm said is above.',
    'ENOTFOUND, EAI_AGAIN, ECONNREFUSED or ETIMEDOUT there: npm could not reach its registry. Check the network and proxy (`npm ping`).',
    'EUSAGE there: package.json and package-lock.json disagree. Run `npm install` and look at what it changes.',
    'Otherwise `npm ci` alone repeats the step.',
  );
}

function requireNpm() {
  const { status, stdout } = npm(['--version'], 'pipe');
  const major = Number.parseInt(String(stdout), 10);
  if (status === 0 && major >= 10) return;
  stop(
    `npm 10 or newer is needed to install; this is ${status === 0 ? String(stdout).trim() : 'none'}. It comes with Node 20 and newer.`,
  );
}

/** The `node` package fetches its program in an install script, which a machine may forbid. */
function requireRuntimeNode() {
  const program = `${root}node_modules/.bin/node`;
  const version = existsSync(program) ? String(spawnSync(program, ['--version']).stdout ?? '').trim() : '';
  if (version.startsWith(`v${runtimeMajor}.`)) return;
  stop(
    `Node ${runtimeMajor} should be at node_modules/.bin/node, but ${version === '' ? 'there is no program that runs' : `that is ${version}`}.`,
    'It is put there by the install script of the package `node`; install scripts are probably switched off on this machine.',
    'Run: npm rebuild node --ignore-scripts=false',
  );
}

/** The system's own programs: tests never run without those they need, and never pass by being skipped. */
function prepareMachine() {
  const missing = [chromium, redis, python].filter(isMissing);
  if (missing.length > 0) requireOfMachine(missing);
  if (isMissing(headlessShell) && canInstall() && !installOnMachine([headlessShell]))
    say(
      `${headlessShell.debianPackage} could not be installed: browser tests run in a whole Chromium, and take longer.`,
    );
}

function isMissing({ programs }) {
  return !programs.some((program) => existsSync(program));
}

function requireOfMachine(missing) {
  const needed = missing.map(({ name, programs }) => `Tests need ${name} at ${programs.join(' or ')}.`);
  if (!existsSync('/usr/bin/apt-get')) stop(...needed, 'Install what is missing, or link it there.');
  const byHand = `Run: ${aptCommands(missing)
    .map((command) => `sudo ${command.replaceAll(' -qq', '')}`)
    .join(' && ')}`;
  if (!canInstall()) stop(...needed, byHand);
  if (!installOnMachine(missing)) stop(...needed, 'It could not be installed; what apt-get said is above.', byHand);
}

function canInstall() {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

function aptCommands(missing) {
  const packages = missing.map(({ debianPackage }) => debianPackage).join(' ');
  return ['apt-get update -qq', `apt-get install -y -qq --no-install-recommends ${packages}`];
}

/** Whether it has worked. */
function installOnMachine(missing) {
  say(`Installing ${missing.map(({ debianPackage }) => debianPackage).join(', ')} for the tests. This happens once.`);
  // In runlevel 1 a package starts no service: the tests start their own, and this machine may want none.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return aptCommands(missing).every((command) => {
    const [program, ...args] = command.split(' ');
    return spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  });
}

/** Says nothing and takes no time when the files are fresh. */
function build() {
  const { status } = spawnSync(`${root}node_modules/.bin/node`, ['scripts/build-browser.ts'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) stop('Building what browsers load failed; why is above.');
}

function npm(args, stdio) {
  // npm names its own program in the environment of the scripts that it runs; PATH may hold another one.
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  return spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', stdio, 'inherit'] });
}

function say(sentence) {
  console.log(`set-up: ${sentence}`);
}

/** @returns {never} */
function stop(...sentences) {
  for (const sentence of sentences) console.error(`set-up: ${sentence}`);
  process.exit(1);
}
