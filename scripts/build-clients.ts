import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import {
  dependenciesForCustomers,
  fileOf,
  manifestForCustomers,
  readManifest,
  type Manifest,
} from './client-manifest.ts';
import { emitClientTypes } from './emit-client-types.ts';

// Here packages import each other's TypeScript, and nothing is built in between. A customer has neither our compiler nor
// the packages that we keep to ourselves, so what customers install is made from those sources: JavaScript that has
// everything of ours in it, and declarations likewise.

/** A package for customers: its folder below packages/, and the entries that do something when they are imported. */
type Client = { folder: string; sideEffects: readonly string[] };

const clients: readonly Client[] = [
  { folder: 'embed', sideEffects: ['./element'] },
  { folder: 'react', sideEffects: [] },
];

/** Of a README: what only those want who work on the package. */
const insideHeading = '\n## Inside\n';

/**
 * Builds every package for customers into a folder of its own below `into`, in place of what is there, ready for `npm pack`.
 * `root` is the project's folder. Answers the folders.
 */
export async function buildClients(root: string, into: string): Promise<string[]> {
  const sources = await Promise.all(
    clients.map(async (client) => {
      const source = join(root, 'packages', client.folder);
      return { ...client, source, manifest: await readManifest(source) };
    }),
  );
  const versions = new Map(sources.map(({ manifest: { name, version } }) => [name, version]));
  return Promise.all(
    sources.map(async ({ folder, source, manifest, sideEffects }) => {
      const built = join(into, folder);
      const dependencies = dependenciesForCustomers(manifest, versions);
      await buildClient({ root, source, manifest, dependencies, sideEffects }, built);
      return built;
    }),
  );
}

type Parts = {
  root: string;
  source: string;
  manifest: Manifest;
  dependencies: Record<string, string>;
  sideEffects: readonly string[];
};

async function buildClient(parts: Parts, into: string): Promise<void> {
  const { root, source, manifest, dependencies, sideEffects } = parts;
  const needed = Object.keys({ ...dependencies, ...manifest.peerDependencies });
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  await bundleEntries(source, manifest, needed, into);
  await emitClientTypes({ root, source, manifest, needed, into: join(into, 'types') });
  await cp(join(root, 'LICENSE'), join(into, 'LICENSE'));
  await writeFile(join(into, 'README.md'), readmeForCustomers(await readFile(join(source, 'README.md'), 'utf8')));
  const packed = manifestForCustomers(manifest, dependencies, sideEffects);
  await writeFile(join(into, 'package.json'), `${JSON.stringify(packed, undefined, 2)}\n`);
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
          Object.entries(manifest.exports).map(([entry, file]) => [fileOf(entry), join(source, file)]),
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

/** Without the part for those who work on it, and without links to files that the package does not have. */
function readmeForCustomers(text: string): string {
  const [forAll = ''] = text.split(insideHeading);
  return `${forAll.replaceAll(/\[([^\]]+)\]\((?!https?:|#)[^)]+\)/g, '$1').trimEnd()}\n`;
}
