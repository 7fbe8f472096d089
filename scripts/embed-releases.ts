import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The released versions of the script that host pages load. A customer's page that pins `/embed@X.Y.Z.js` with its SRI
 * value has to get those very bytes from every later server, so they are kept in packages/embed/released:
 *
 *   embed@X.Y.Z.js            the script, which names its runtime by the hash of the runtime's content
 *   embed-element@X.Y.Z.js    the same with <microapp-embed>; the first release has none
 *   runtime-HASH.js           that runtime; several releases may share one
 *   NAME-HASH.js              what script or runtime load on demand
 *   integrity.json            what each of them was when it was released
 *
 * Requirements: a released file never changes and never goes; a file that is not in the list is not there.
 */
export type EmbedRelease = {
  version: string;
  /** Names of files in the folder. */
  script: string;
  runtime: string;
  /** SRI values: `sha384-` and the hash in base64. */
  integrity: string;
  runtimeIntegrity: string;
  elementIntegrity?: string;
  /** The SRI values of what is loaded on demand, by file name. */
  onDemand?: Record<string, string>;
};

type File = { name: string; content: Buffer };

/** What the build has made. */
export type BuiltEmbed = { version: string; script: Buffer; element: Buffer; runtime: File; onDemand: File[] };

type IntegrityList = Record<string, Omit<EmbedRelease, 'version' | 'script'>>;

const listName = 'integrity.json';
const versionForm = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** What was released, the latest first. Throws when the list cannot be read. */
export function readEmbedReleases(folder: string): EmbedRelease[] {
  return Object.entries(readList(folder))
    .map(([version, release]) => ({ version, script: scriptOf(version), ...release }))
    .toSorted((left, right) => compareVersions(right.version, left.version));
}

/** The SRI value of each file of a release, by name. */
export function integritiesOf(release: EmbedRelease): [name: string, integrity: string][] {
  const { version, script, runtime, integrity, runtimeIntegrity, elementIntegrity, onDemand = {} } = release;
  return [
    [script, integrity],
    ...(elementIntegrity === undefined ? [] : [[elementOf(version), elementIntegrity] as [string, string]]),
    [runtime, runtimeIntegrity],
    ...Object.entries(onDemand),
  ];
}

/** Everything that is wrong with the folder, as sentences. */
export function problemsOfReleases(folder: string): string[] {
  const releases = readEmbedReleases(folder);
  const listed = new Map(releases.flatMap((release) => integritiesOf(release)));
  const files = readdirSync(folder).filter((name) => name !== listName);
  return [
    ...(releases.length === 0 ? [`${listName} lists nothing.`] : []),
    ...files.filter((name) => !listed.has(name)).map((name) => `${name} is in no release.`),
    ...[...listed].flatMap(([name, integrity]) => {
      if (!files.includes(name)) return [`${name} was released and is gone. Restore it from the history.`];
      const isAsReleased = integrityOf(readFileSync(join(folder, name))) === integrity;
      return isAsReleased ? [] : [`${name} is not as it was released. Restore it from the history.`];
    }),
    ...releases
      .filter(
        ({ script, runtime }) =>
          files.includes(script) && !namesRuntime(readFileSync(join(folder, script), 'utf8'), runtime),
      )
      .map(({ script, runtime }) => `${script} does not load ${runtime}.`),
  ];
}

/** A script names by the same hash whatever it loads, and puts each part's word before it. */
function namesRuntime(script: string | Buffer, runtime: string): boolean {
  return script.includes(runtime.replace(/^runtime/, ''));
}

/**
 * Adds a version from what was built. Doing it again with the same bytes does nothing. Throws for a version that is taken
 * by other bytes or comes before the latest, and for a script that loads another runtime.
 */
export function addEmbedRelease(
  folder: string,
  { version, script, element, runtime, onDemand }: BuiltEmbed,
): EmbedRelease {
  if (!versionForm.test(version)) throw new Error(`"${version}" is no version: it has the form 1.2.3.`);
  for (const one of [script, element]) {
    if (!namesRuntime(one, runtime.name)) throw new Error(`A script does not load ${runtime.name}. Build it again.`);
  }
  for (const { name } of onDemand) {
    // Of the script's parts; others are loaded by the runtime.
    const isBesideRuntime = name.replace(/^[a-z]+/, 'runtime') === runtime.name;
    if (!isBesideRuntime && !runtime.content.includes(name)) throw new Error(`Nothing loads ${name}.`);
  }
  mkdirSync(folder, { recursive: true });
  const released = readEmbedReleases(folder);
  const release = {
    version,
    script: scriptOf(version),
    runtime: runtime.name,
    integrity: integrityOf(script),
    runtimeIntegrity: integrityOf(runtime.content),
    elementIntegrity: integrityOf(element),
    onDemand: Object.fromEntries(onDemand.map(({ name, content }) => [name, integrityOf(content)])),
  };
  const [latest] = released;
  const same = released.find((one) => one.version === version);
  if (same !== undefined && !isSameRelease(same, release)) {
    throw new Error(`${version} is released with other bytes, which customers have pinned. Release a new version.`);
  }
  if (same !== undefined) return same;
  if (latest !== undefined && compareVersions(version, latest.version) < 0) {
    throw new Error(`${version} comes before ${latest.version}, which is released. Release a later version.`);
  }
  const known = new Map(released.flatMap(integritiesOf));
  for (const [name, integrity] of integritiesOf(release)) {
    if (known.has(name) && known.get(name) !== integrity) {
      throw new Error(`${name} is released with other bytes. Build it again under another name.`);
    }
  }
  writeFileSync(join(folder, release.script), script);
  writeFileSync(join(folder, elementOf(version)), element);
  for (const { name, content } of [runtime, ...onDemand]) writeFileSync(join(folder, name), content);
  writeList(folder, [release, ...released]);
  return release;
}

/** The SRI value of a file's bytes. */
export function integrityOf(content: Uint8Array): string {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`;
}

function isSameRelease(left: EmbedRelease, right: EmbedRelease): boolean {
  return JSON.stringify(integritiesOf(left)) === JSON.stringify(integritiesOf(right));
}

/** The name of a release's script with the element. */
export function elementOf(version: string): string {
  return `embed-element@${version}.js`;
}

function scriptOf(version: string): string {
  return `embed@${version}.js`;
}

function compareVersions(left: string, right: string): number {
  const [lefts, rights] = [left, right].map((version) => version.split('.').map(Number));
  for (const [index, part] of (lefts ?? []).entries()) {
    const difference = part - (rights?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function readList(folder: string): IntegrityList {
  // A folder without a list has no releases yet; a list that is no JSON is a mistake that must be seen.
  if (!readdirSync(folder).includes(listName)) return {};
  return JSON.parse(readFileSync(join(folder, listName), 'utf8')) as IntegrityList; // written by writeList
}

function writeList(folder: string, releases: readonly EmbedRelease[]): void {
  const list = Object.fromEntries(
    // The version names the script; what a release has not, JSON leaves out.
    releases.map(({ version, runtime, integrity, runtimeIntegrity, elementIntegrity, onDemand }) => [
      version,
      { runtime, integrity, runtimeIntegrity, elementIntegrity, onDemand },
    ]),
  );
  writeFileSync(join(folder, listName), `${JSON.stringify(list, undefined, 2)}\n`);
}
