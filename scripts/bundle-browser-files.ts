import { hash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build, type InlineConfig, type Rolldown } from 'vite';
import { analyzeChunk, type ModuleShare } from './analyze-chunk.ts';
import { elementOf, integritiesOf, problemsOfReleases, readEmbedReleases } from './embed-releases.ts';
import { readHostLanguages } from './host-languages.ts';
import { minifyHostScript } from './minify-host-script.ts';

type File = { name: string; content: Uint8Array };
type Bundle = { files: File[]; entry: string; style: string | undefined; made: MadeOf };

/** What the minified bytes of each script are made of. */
export type MadeOf = Record<string, ModuleShare[]>;

/**
 * Bundles the packages below `root` and replaces their dist folders. `sources` is put into the manifests, and says what
 * they were built from.
 */
export async function bundleBrowserFiles(root: string, sources: string): Promise<void> {
  await Promise.all([
    bundleEmbed(join(root, 'packages/embed'), sources),
    bundleFrames(join(root, 'packages/frames'), sources),
    bundleExample(join(root, 'packages/react'), { dist: join(root, 'packages/server/demo'), sources }),
  ]);
}

/**
 * Bundles the host side at `folder`: the loader, one classic script that names by their content hashes the runtime and what is loaded
 * on demand, ES modules; the loader with <microapp-embed>; and all that was ever released of them, as it was.
 */
export async function bundleEmbed(folder: string, sources: string): Promise<void> {
  const [madeRuntime, madeDiagnosis] = await Promise.all([
    bundle(folder, {
      input: 'src/runtime.ts',
      name: 'runtime',
      format: 'es',
      loadsMore: true,
      isOfHostPage: true,
    }),
    bundle(folder, { input: 'src/diagnosis/index.ts', name: 'diagnosis', format: 'es', isOfHostPage: true }),
  ]);
  // The loader names both by one hash, that of both: another one would be bytes in every host page.
  const contentHash = hashOf([madeRuntime, madeDiagnosis]);
  const end = `-${contentHash}.js`;
  const [runtime, diagnosis] = [named(madeRuntime, `runtime${end}`), named(madeDiagnosis, `diagnosis${end}`)];
  const filesOfLoader = { __PARTS_END__: JSON.stringify(end) };
  const [loader, element] = await Promise.all([
    bundle(folder, {
      input: 'src/loader.ts',
      name: 'loader',
      format: 'iife',
      fileName: 'embed.js',
      define: filesOfLoader,
      isOfHostPage: true,
    }),
    bundle(folder, {
      input: 'src/loader-element.ts',
      name: 'element',
      format: 'iife',
      fileName: 'embed-element.js',
      define: filesOfLoader,
      isOfHostPage: true,
    }),
  ]);

  const released = await readReleased(join(folder, 'released'));
  const parts = [...runtime.files, ...diagnosis.files];
  await writeDist(folder, oncePerName([...parts, ...loader.files, ...element.files, ...released.files]), {
    sources,
    loader: loader.entry,
    element: element.entry,
    runtime: runtime.entry,
    onDemand: parts.map(({ name }) => name).filter((name) => name !== runtime.entry),
    assets: [...new Set([...parts.map(({ name }) => name), ...released.assets])],
    releases: released.releases,
    madeOf: Object.assign({}, ...[loader, runtime, diagnosis].map(({ made }) => made)) as MadeOf,
  });
}

/**
 * Bundles the package of the frames at `folder` and replaces its dist folder: one script and one style sheet per kind of frame, a
 * script for each language, and in the manifest the words of each language for the page around the frame, which the server tells it.
 */
export async function bundleFrames(folder: string, sources: string): Promise<void> {
  const [tool, hostLanguages] = await Promise.all([
    bundle(folder, { input: 'src/tool/main.tsx', name: 'tool', format: 'es', loadsMore: true }),
    readHostLanguages(folder),
  ]);
  if (tool.style === undefined) throw new Error('the tool frame has no style sheet');
  await writeDist(folder, tool.files, {
    sources,
    frames: { tool: { script: tool.entry, style: tool.style } },
    hostLanguages,
    assets: tool.files.map(({ name }) => name),
    madeOf: tool.made,
  });
}

/** Bundles the example of the React package at `folder`, which is a page of the demo's site: finance.js, and what it loads. */
async function bundleExample(folder: string, { dist, sources }: { dist: string; sources: string }): Promise<void> {
  const finance = await bundle(folder, {
    input: 'example/main.tsx',
    name: 'finance',
    format: 'es',
    fileName: 'finance.js',
    loadsMore: true,
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  });
  await writeDist(dist, finance.files, { sources, assets: finance.files.map(({ name }) => name) });
}

/** Throws unless everything is as it was released: a page that pinned it would get nothing. */
async function readReleased(folder: string): Promise<{ files: File[]; assets: string[]; releases: object[] }> {
  const problems = problemsOfReleases(folder);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const releases = readEmbedReleases(folder);
  const names = [...new Set(releases.flatMap((release) => integritiesOf(release).map(([name]) => name)))];
  const files = names.map(async (name) => ({ name, content: await readFile(join(folder, name)) }));
  return {
    files: await Promise.all(files),
    assets: releases.flatMap(({ runtime, onDemand = {} }) => [runtime, ...Object.keys(onDemand)]),
    releases: releases.map((release) => ({
      ...release,
      ...(release.elementIntegrity !== undefined && { element: elementOf(release.version) }),
    })),
  };
}

/** Of what the bundles consist of: eight characters for a file name. */
function hashOf(bundles: readonly Bundle[]): string {
  const contents = bundles.flatMap(({ files }) => files.map(({ content }) => content));
  return hash('sha256', Buffer.concat(contents), 'base64url').slice(0, 8);
}

/** The same bundle, its entry under another name. Nothing in it may name the entry. */
function named(bundle: Bundle, entry: string): Bundle {
  const rename = (name: string) => (name === bundle.entry ? entry : name);
  if (bundle.files.some(({ content }) => Buffer.from(content).includes(bundle.entry))) {
    throw new Error(`${bundle.entry} is named by what it loads`);
  }
  return {
    ...bundle,
    entry,
    files: bundle.files.map(({ name, content }) => ({ name: rename(name), content })),
    made: Object.fromEntries(Object.entries(bundle.made).map(([name, shares]) => [rename(name), shares])),
  };
}

/** A runtime that has not changed since its release has the name that it had. */
function oncePerName(files: readonly File[]): File[] {
  const byName = new Map<string, File>();
  for (const file of files) {
    const known = byName.get(file.name);
    if (known !== undefined && !Buffer.from(known.content).equals(file.content)) {
      throw new Error(`${file.name} was released with other content`);
    }
    byName.set(file.name, file);
  }
  return [...byName.values()];
}

/**
 * Bytes of a module and what it imports, bundled by itself and compressed, as another page's bundler would do it; without
 * the packages that are named as `external`, which that page has anyway.
 */
export async function compressedSize(
  packageFolder: string,
  input: string,
  { external = [] }: { external?: string[] } = {},
): Promise<number> {
  const { files } = await bundle(packageFolder, { input, name: 'measured', format: 'es', external });
  const sizes = await Promise.all(files.map(async ({ content }) => (await brotli(content)).byteLength));
  return sizes.reduce((sum, size) => sum + size, 0);
}

type Entry = {
  input: string;
  name: string;
  format: 'es' | 'iife';
  /** Named by its content when absent. */
  fileName?: string;
  define?: Record<string, string>;
  /** Packages that stay imports. */
  external?: string[];
  /** Its script has an `import()`. */
  loadsMore?: true;
  /** Its script runs in pages that are not ours, where it has no byte to spare. */
  isOfHostPage?: true;
};

async function bundle(packageFolder: string, entry: Entry): Promise<Bundle> {
  const input = join(packageFolder, entry.input);
  const config: InlineConfig = {
    configFile: false,
    root: packageFolder,
    mode: 'production',
    logLevel: 'warn',
    define: entry.define ?? {},
    publicDir: false,
    plugins: entry.isOfHostPage ? [minifyHostScript()] : [],
    build: {
      write: false,
      minify: entry.isOfHostPage ? false : 'oxc',
      target: 'es2022',
      cssTarget: 'es2022',
      modulePreload: false,
      // For the analysis; the map is not kept, and the scripts do not name it.
      sourcemap: 'hidden',
      reportCompressedSize: false,
      // As a library a script keeps its `import()` as it is; otherwise Vite wraps it in a kilobyte of preloading, which
      // looks for files at the root of the host.
      lib: (entry.format === 'iife' || entry.loadsMore === true) && {
        entry: input,
        name: entry.name,
        formats: [entry.format],
        cssFileName: entry.name,
      },
      rolldownOptions: {
        input: { [entry.name]: input },
        external: entry.external ?? [],
        // That minifying takes long on a busy machine is no mistake.
        checks: { pluginTimings: false },
        // `use client` is for those who render on a server; here everything is the client.
        onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
        // The loader takes what the runtime exports. A frame's later chunks take from its script what they share with it:
        // kept in files of their own, these parts would be one more round trip before anything is drawn.
        preserveEntrySignatures: 'allow-extension',
        output: {
          format: entry.format,
          // Vite leaves the white space of a library to whoever bundles it next; here that is the browser.
          ...(entry.loadsMore === true && { minify: true, comments: { annotation: false } }),
          // By the plugin.
          ...(entry.isOfHostPage === true && { minify: false }),
          entryFileNames: entry.fileName ?? '[name]-[hash].js',
          chunkFileNames: '[name]-[hash].js',
          assetFileNames: '[name]-[hash][extname]',
        },
      },
    },
  };
  return bundleOf(await build(config), join(packageFolder, 'dist'));
}

function bundleOf(result: Awaited<ReturnType<typeof build>>, dist: string): Bundle {
  if ('on' in result) throw new TypeError('a build that watches has no result');
  const output = [result].flat().flatMap((one) => one.output);
  const entry = output.find((file): file is Rolldown.OutputChunk => file.type === 'chunk' && file.isEntry);
  if (entry === undefined) throw new Error('the bundler made no entry');
  // The budgets of scripts/sizes.ts count what is loaded first, which is then one file.
  const first = entry.imports.filter((name) => output.some(({ fileName }) => fileName === name));
  if (first.length > 0) throw new Error(`${entry.fileName} waits for ${first.join(', ')}`);
  return {
    entry: entry.fileName,
    style: output.find(({ fileName }) => fileName.endsWith('.css'))?.fileName,
    made: Object.fromEntries(
      output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, analyzeChunk(file, dist)] as const] : [])),
    ),
    files: output
      .filter(({ fileName }) => !fileName.endsWith('.map'))
      .map((file) => ({
        name: file.fileName,
        content: Buffer.from(file.type === 'chunk' ? file.code : file.source),
      })),
  };
}

/** Writes beside and then takes the old folder's place: whoever reads meanwhile finds a whole one, or none. */
export async function writeDist(packageFolder: string, files: readonly File[], manifest: object): Promise<void> {
  const dist = join(packageFolder, 'dist');
  const unfinished = `${dist}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  for (const { name, content } of files) {
    await writeFile(join(unfinished, name), content);
    await writeFile(join(unfinished, `${name}.br`), await brotli(content));
    await writeFile(
      join(unfinished, `${name}.gz`),
      await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
    );
  }
  await writeFile(join(unfinished, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await rm(dist, { recursive: true, force: true });
  await rename(unfinished, dist);
}

function brotli(content: Uint8Array): Promise<Buffer> {
  const { BROTLI_PARAM_QUALITY, BROTLI_MAX_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return promisify(brotliCompress)(content, {
    params: { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY, [BROTLI_PARAM_SIZE_HINT]: content.byteLength },
  });
}
