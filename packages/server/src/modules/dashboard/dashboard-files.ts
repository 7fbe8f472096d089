import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { readStaticFile, type StaticFile } from '../../platform/http/index.ts';

/** The dashboard as it was built; the server knows these files and nothing of what is in them. */
export type DashboardFiles = {
  /** Names of assets, in the order in which the document names them. */
  script: string;
  styles: readonly string[];
  preloads: readonly string[];
  /** By file name; the names hold a hash of the content. */
  assets: ReadonlyMap<string, StaticFile>;
};

// The names stand in markup and in addresses as they are.
const FileName = Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]*$' });
const Manifest = Type.Object({
  script: FileName,
  styles: Type.Array(FileName),
  preloads: Type.Array(FileName),
  assets: Type.Array(FileName),
});
const manifestCheck = Compile(Manifest);

const builtFolder = fileURLToPath(new URL('../../../../dashboard/dist', import.meta.url));

/**
 * Reads what the build has left in `folder`. Undefined when nothing was built there: the API serves without a dashboard.
 * Rejects when what is there is not whole.
 */
export async function readDashboardFiles(folder: string = builtFolder): Promise<DashboardFiles | undefined> {
  const text = await readIfThere(join(folder, 'manifest.json'));
  if (text === undefined) return undefined;
  const manifest: unknown = JSON.parse(text);
  if (!manifestCheck.Check(manifest)) throw new Error('The manifest of the dashboard is malformed. Run: npm run build');
  const { script, styles, preloads } = manifest;
  const assets = new Map<string, StaticFile>();
  for (const name of manifest.assets) assets.set(name, await readStaticFile(folder, name));
  for (const name of [script, ...styles, ...preloads]) {
    if (!assets.has(name)) throw new Error(`The manifest of the dashboard names ${name} and does not list it.`);
  }
  return { script, styles, preloads, assets };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
