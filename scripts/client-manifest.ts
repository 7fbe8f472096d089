import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What of the package.json of one of our packages takes part when it is packed for customers. */
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

/** Parts of the contract are built into what uses them, and nobody installs it. */
const builtIn = '@microapp/contract';

/** Reads the manifest of the package in `folder`. */
export async function readManifest(folder: string): Promise<Manifest> {
  // A package.json of ours, which npm and knip have read before.
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/**
 * The packages that a customer has beside this one, with their versions. `versions` are those of all that is packed. Throws
 * where it asks for another version of one of ours than there is: the two could not be installed together.
 */
export function dependenciesForCustomers(
  { name, dependencies = {} }: Manifest,
  versions: ReadonlyMap<string, string>,
): Record<string, string> {
  const { [builtIn]: _, ...others } = dependencies;
  for (const [dependency, wanted] of Object.entries(others)) {
    const there = versions.get(dependency) ?? 'nothing';
    if (there === wanted || !dependency.startsWith('@microapp/')) continue;
    throw new Error(`${name} needs ${dependency} ${wanted}, and what is packed beside it is ${there}`);
  }
  return others;
}

/** The package.json of what is packed: built files for sources, and nothing that is private. `sideEffects` are entries. */
export function manifestForCustomers(
  { name, version, description, license, exports, peerDependencies }: Manifest,
  dependencies: Record<string, string>,
  sideEffects: readonly string[],
): object {
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: sideEffects.length > 0 && sideEffects.map((entry) => `./${fileOf(entry)}.js`),
    exports: {
      ...Object.fromEntries(
        Object.entries(exports).map(([entry, source]) => [
          entry,
          // The order counts: the first condition that holds is taken.
          { types: source.replace('/src/', '/types/').replace(/\.tsx?$/, '.d.ts'), default: `./${fileOf(entry)}.js` },
        ]),
      ),
      './package.json': './package.json',
    },
    files: ['*.js', 'parts', 'types'],
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
    ...(peerDependencies !== undefined && { peerDependencies }),
    // Without it npm takes a name with a scope for a private one.
    publishConfig: { access: 'public' },
  };
}

/** The name of an entry's script, without its ending: `index` for `.`, and `element` for `./element`. */
export function fileOf(entry: string): string {
  return entry === '.' ? 'index' : entry.replace('./', '');
}
