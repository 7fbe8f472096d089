import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostLanguages } from '@microapp/contract';
import { readStaticFile, type StaticFile } from '../../platform/http/index.ts';

/** What browsers load, as it was built; the server knows these files and nothing of what is in them. */
export type BrowserFiles = {
  /** The script that host pages load. */
  loader: StaticFile;
  /** The same with the element `<microapp-embed>`. */
  element: StaticFile;
  /** By file name; the names hold a hash of the content. */
  assets: ReadonlyMap<string, StaticFile>;
  /** What the loader loads, as it is now: assets by what their names begin with, `runtime` and `diagnosis`. */
  hostParts: ReadonlyMap<string, StaticFile>;
  /** The versions that pages may pin, the latest first. */
  releases: readonly EmbedRelease[];
  /** Names of assets: what each kind of frame consists of. */
  frames: { tool: { script: string; style: string } };
  /** What the page around a frame says, in each language of the frames. */
  hostLanguages: HostLanguages;
};

/** A version of the loader, as it was released. Its runtime is among the assets. */
export type EmbedRelease = {
  version: string;
  file: StaticFile;
  /** SRI values of the script, and of the runtime that it loads by its content hash. */
  integrity: string;
  runtime: string;
  runtimeIntegrity: string;
  /** The script with the element; the first release has none. */
  element?: { file: StaticFile; integrity: string };
  /** What script and runtime load on demand, which are assets, too: SRI values by name. */
  onDemand: Readonly<Record<string, string>>;
};

/** As scripts/build-browser.ts writes them. */
type EmbedManifest = {
  loader: string;
  element: string;
  runtime: string;
  /** Further parts of the host side. */
  onDemand: string[];
  assets: string[];
  releases: (Omit<EmbedRelease, 'file' | 'element' | 'onDemand'> & {
    script: string;
    element?: string;
    elementIntegrity?: string;
    onDemand?: Record<string, string>;
  })[];
};
type FramesManifest = Pick<BrowserFiles, 'frames' | 'hostLanguages'> & { assets: string[] };

const packagesFolder = fileURLToPath(new URL('../../../../', import.meta.url));

/** Reads the files that the build has left in packages/embed/dist and packages/frames/dist. Rejects without them. */
export async function readBrowserFiles(): Promise<BrowserFiles> {
  const embedFolder = join(packagesFolder, 'embed/dist');
  const framesFolder = join(packagesFolder, 'frames/dist');
  const embed = (await readManifest(embedFolder)) as EmbedManifest;
  const frames = (await readManifest(framesFolder)) as FramesManifest;

  const assets = new Map<string, StaticFile>();
  for (const name of embed.assets) assets.set(name, await readStaticFile(embedFolder, name));
  for (const name of frames.assets) assets.set(name, await readStaticFile(framesFolder, name));
  const hostParts = [embed.runtime, ...embed.onDemand].map((name) => {
    const file = assets.get(name);
    if (file === undefined) throw new Error(`the manifest of the embed package does not list ${name}`);
    return [name.replace(/-.*/, ''), file] as const;
  });
  const releases = embed.releases.map(async ({ script, element, elementIntegrity, onDemand = {}, ...release }) => ({
    ...release,
    file: await readStaticFile(embedFolder, script),
    onDemand,
    ...(element !== undefined &&
      elementIntegrity !== undefined && {
        element: { file: await readStaticFile(embedFolder, element), integrity: elementIntegrity },
      }),
  }));
  return {
    loader: await readStaticFile(embedFolder, embed.loader),
    element: await readStaticFile(embedFolder, embed.element),
    assets,
    hostParts: new Map(hostParts),
    releases: await Promise.all(releases),
    frames: frames.frames,
    hostLanguages: frames.hostLanguages,
  };
}

async function readManifest(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  } catch (cause) {
    throw new Error('The browser files are not built. Run: npm run build', { cause });
  }
}
