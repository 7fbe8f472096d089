import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { emitClientTypes } from './emit-client-types.ts';

// Here packages import each other's TypeScript, and nothing is built in between. A customer has neither our compiler nor
// the packages that we keep to ourselves, so what customers install is made from those sources: JavaScript that has
// everything of ours in it, and declarations likewise.

/** What of a package's manifest is read here. */
export type Manifest = {
  name: string;
  version: string;
  description: string;
  license: string;
  /** Each entry, as `.` or `./element`, and its source. */
  exports: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};

/** A package for customers: its folder below packages/, and the entries that do something when they are imported. */
type Client = { folder: string; sideEffects: readonly string[] };

const clients: readonly Client[] = [
  { folder: 'embed', sideEffects: ['./element'] },
  { folder: 'react', sideEffects: [] },
];

/** Parts of the contract are built into what uses them, and nobody installs it. */
const builtIn = '@microapp/contract';

/** Of a README: what only those want who work on the package. */
const insideHeading = '\n## Inside\n';

/**
 * Builds every package for customers into a folder of its own below `into`, in place of what is there, ready for `npm pack`.
 * `root` is the project's folder. Answers the folders.
 */
export async function buildClients(root: string, into: string): Promise<string[]> {
  const sources = await Promise.all(clients.map((client) => readSource(root, client)));
  const versions = new Map(sources.map(({ manifest: { name, version } }) => [name, version]));
  return Promise.all(sources.map((source) => buildClient(root, source, versions, join(into, source.client.folder))));
}

type Source = { client: Client; folder: string; manifest: Manifest };

async function readSource(root: string, client: Client): Promise<Source> {
  const folder = join(root, 'packages', client.folder);
  // A package.json of ours, which npm and knip have read before.
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  return { client, folder, manifest };
}

async function buildClient(
  root: string,
  { client, folder: source, manifest }: Source,
  versions: ReadonlyMap<string, string>,
  into: string,
): Promise<string> {
  const needed = dependenciesOf(manifest, versions);
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  await bundleEntries(source, manifest, needed, into);
  await emitClientTypes({ root, source, manifest, needed, into: join(into, 'types') });
  await writeFile(join(into, 'README.md'), readmeForCustomers(await readFile(join(source, 'README.md'), 'utf8')));
  await cp(join(root, 'LICENSE'), join(into, 'LICENSE'));
  await writeFile(join(into, 'package.json'), manifestForCustomers(client, manifest));
  return into;
}

/**
 * The packages that are installed beside this one. Throws where it asks for another version of one of ours than there is:
 * the two would be packed together and could not be installed together.
 */
function dependenciesOf(
  { name, dependencies, peerDependencies }: Manifest,
  versions: ReadonlyMap<string, string>,
): string[] {
  for (const [dependency, wanted] of Object.entries(dependencies ?? {})) {
    if (dependency !== builtIn && versions.get(dependency) !== wanted) {
      const there = versions.get(dependency) ?? 'nothing';
      throw new Error(`${name} needs ${dependency} ${wanted}, and what is packed beside it is ${there}`);
    }
  }
  return Object.keys({ ...dependencies, ...peerDependencies }).filter((dependency) => dependency !== builtIn);
}

/** What is loaded on demand stays an `import()`, so that the customer's bundler makes files of its own of it. */
async function bundleEntries(source: string, manifest: Manifest, needed: string[], into: string): Promise<void> {
  const result = await build({
    configFile: false,
    root: source,
    mode: 'production',
    logLevel: 'warn',
    publicDir: false,
    // Otherwise the environment decides, and a package from a run of tests would need what React has for development only.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: {
      write: false,
      target: 'es2022',
      // Whoever bundles it next does that, and whoever looks for a failure in it reads it.
      minify: false,
      lib: {
        entry: Object.fromEntries(
          Object.entries(manifest.exports).map(([entry, file]) => [fileName(entry), join(source, file)]),
        ),
        formats: ['es'],
      },
      rolldownOptions: {
        external: (specifier) => needed.some((name) => specifier === name || specifier.startsWith(`${name}/`)),
        // `use client` is for frameworks that render on a server. It is the entry's, and stays at the head of the entry.
        onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
        output: { entryFileNames: '[name].js', chunkFileNames: 'parts/[name].js' },
      },
    },
  });
  if ('on' in result) throw new TypeError('a build that watches has no result');
  for (const file of [result].flat().flatMap((one) => one.output)) {
    const path = join(into, file.fileName);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, file.type === 'chunk' ? file.code : file.source);
  }
}

function manifestForCustomers({ sideEffects }: Client, manifest: Manifest): string {
  const { name, version, description, license, exports, dependencies = {}, peerDependencies } = manifest;
  const { [builtIn]: _, ...others } = dependencies;
  const packed = {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: sideEffects.length > 0 && sideEffects.map((entry) => `./${fileName(entry)}.js`),
    exports: {
      ...Object.fromEntries(
        Object.entries(exports).map(([entry, file]) => [
          entry,
          // The order counts: the first condition that holds is taken.
          { types: file.replace('/src/', '/types/').replace(/\.ts$/, '.d.ts'), default: `./${fileName(entry)}.js` },
        ]),
      ),
      './package.json': './package.json',
    },
    files: ['*.js', 'parts', 'types'],
    ...(Object.keys(others).length > 0 && { dependencies: others }),
    ...(peerDependencies !== undefined && { peerDependencies }),
    // Without it npm takes a name with a scope for a private one.
    publishConfig: { access: 'public' },
  };
  return `${JSON.stringify(packed, undefined, 2)}\n`;
}

/** Without the part for those who work on it, and without links to files that the package does not have. */
function readmeForCustomers(text: string): string {
  const [forAll = ''] = text.split(insideHeading);
  return `${forAll.replaceAll(/\[([^\]]+)\]\((?!https?:|#)[^)]+\)/g, '$1').trimEnd()}\n`;
}

/** Of the entry `.` it is `index`, of `./element` it is `element`. */
function fileName(entry: string): string {
  return entry === '.' ? 'index' : entry.replace('./', '');
}
