// What browsers download, against what they may: a table, and exit code 1 when something is over its budget. Bytes are
// those of brotli at its highest quality, as served; a kB is 1000 of them. Then what each script is made of: bytes of its
// modules after minifying, and their part of the whole, which is about their part of what is served.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readBrowserFiles } from '../packages/server/src/modules/frames/index.ts';
import { frameDocument } from '../packages/server/src/modules/frames/frame-document.ts';
import type { ModuleShare } from './analyze-chunk.ts';
import { compressedSize, type MadeOf } from './bundle-browser-files.ts';

type Row = { what: string; bytes: number; bytesMax: number; aimBytes: number };

const root = fileURLToPath(new URL('..', import.meta.url));
/** Modules of a script that are shown; the rest is one line. */
const partsShownMax = 12;
const { embed, frames } = { embed: `${root}packages/embed`, frames: `${root}packages/frames` };
const react = `${root}packages/react`;
const dashboard = `${root}packages/dashboard`;

const loader = sizeOf(`${embed}/dist/embed.js.br`);
// The build's own manifest.
const built = readManifest(embed) as { runtime: string; onDemand: string[]; madeOf: MadeOf };
const { runtime } = built;
/** Loaded by pages that need it, each by itself. */
const diagnosis = partOnDemand('diagnosis');
const extras = partOnDemand('extras');
const files = await readBrowserFiles();
const { script, style } = files.frames.tool;
// The document is made for each request, and sent as it is.
const document = Buffer.byteLength(frameDocument(files, { surfaceId: 'srf_0000000000000000000000' }, ["'self'"]).body);

const rows: Row[] = [
  { what: 'first script', bytes: loader, bytesMax: 2_000, aimBytes: 1_000 },
  {
    what: 'everything in the host page',
    bytes: loader + sizeOf(`${embed}/dist/${runtime}.br`),
    bytesMax: 4_500,
    aimBytes: 3_000,
  },
  {
    what: 'on demand: diagnosis',
    bytes: sizeOf(`${embed}/dist/${diagnosis}.br`),
    bytesMax: 4_500,
    aimBytes: 2_500,
  },
  {
    what: 'on demand: extras',
    bytes: sizeOf(`${embed}/dist/${extras}.br`),
    bytesMax: 1_500,
    aimBytes: 1_000,
  },
  {
    what: 'everything, every optional part included',
    bytes:
      sizeOf(`${embed}/dist/embed-element.js.br`) +
      [runtime, ...built.onDemand].reduce((sum, name) => sum + sizeOf(`${embed}/dist/${name}.br`), 0),
    bytesMax: 11_000,
    aimBytes: 8_000,
  },
  {
    what: 'first script with the element',
    bytes: sizeOf(`${embed}/dist/embed-element.js.br`),
    bytesMax: 3_000,
    aimBytes: 2_000,
  },
  {
    what: "frame's side of the protocol",
    bytes: await compressedSize(embed, 'src/frame/index.ts'),
    bytesMax: 1_200,
    aimBytes: 600,
  },
  {
    what: 'the React package, over the core',
    bytes: await compressedSize(react, 'src/index.ts', { external: ['react', 'react/jsx-runtime', '@microapp/embed'] }),
    bytesMax: 1_000,
    aimBytes: 800,
  },
  {
    what: 'tool frame: document, style, script',
    bytes: document + sizeOf(`${frames}/dist/${style}.br`) + sizeOf(`${frames}/dist/${script}.br`),
    bytesMax: 25_000,
    aimBytes: 12_000,
  },
  {
    what: 'tool frame, the largest of its languages',
    bytes: Math.max(...languageFiles().map((name) => sizeOf(`${frames}/dist/${name}`))),
    bytesMax: 2_500,
    aimBytes: 2_000,
  },
  {
    what: 'dashboard, first load',
    bytes: dashboardFirstLoad().reduce((sum, name) => sum + sizeOf(`${dashboard}/dist/${name}.br`), 0),
    bytesMax: 250_000,
    aimBytes: 200_000,
  },
];

for (const { what, bytes, bytesMax, aimBytes } of rows) {
  const verdict = bytes > bytesMax ? '  OVER' : '';
  console.log(`${what.padEnd(38)}${inKb(bytes)} of ${inKb(bytesMax)} kB (aim ${inKb(aimBytes).trim()})${verdict}`);
}
if (rows.some(({ bytes, bytesMax }) => bytes > bytesMax)) process.exitCode = 1;

console.log('\nMade of, minified:');
const madeOf = { ...built.madeOf, ...(readManifest(frames) as { madeOf: MadeOf }).madeOf };
for (const name of ['embed.js', runtime, diagnosis, extras, script]) printParts(name, madeOf[name] ?? []);

function printParts(name: string, parts: readonly ModuleShare[]): void {
  const total = sum(parts);
  const file = [`${embed}/dist/${name}`, `${frames}/dist/${name}`].find((path) => existsSync(path));
  if (file === undefined || total < sizeOf(file)) throw new Error(`the analysis of ${name} does not cover it`);
  const shown = parts.slice(0, partsShownMax);
  const rest = { module: `${parts.length - shown.length} more`, bytes: total - sum(shown) };
  console.log(`\n${name}, ${inKb(total).trim()} kB`);
  for (const { module, bytes } of parts.length > shown.length ? [...shown, rest] : shown) {
    console.log(`  ${module.padEnd(44)}${inKb(bytes)} kB ${((100 * bytes) / total).toFixed(1).padStart(5)} %`);
  }
}

function sum(parts: readonly ModuleShare[]): number {
  return parts.reduce((bytes, part) => bytes + part.bytes, 0);
}

/** The file of a part of the host side that is not loaded by every page. */
function partOnDemand(part: string): string {
  const name = built.onDemand.find((one) => one.startsWith(`${part}-`));
  if (name === undefined) throw new Error(`the build has made no ${part}`);
  return name;
}

/** As the build has written it. */
function readManifest(packageFolder: string): unknown {
  return JSON.parse(readFileSync(`${packageFolder}/dist/manifest.json`, 'utf8'));
}

/** English is part of the script; the others are files of their own, of which a visitor loads one. */
function languageFiles(): string[] {
  const names = readdirSync(`${frames}/dist`).filter((name) => /^[a-z]{2}-.*\.js\.br$/.test(name));
  if (names.length === 0) throw new Error('the build has made no languages');
  return names;
}

/** What the document names, and the overview with all that it imports, which is the screen that one begins with. */
function dashboardFirstLoad(): string[] {
  // The build's own manifest.
  const { script, styles, preloads, assets } = JSON.parse(readFileSync(`${dashboard}/dist/manifest.json`, 'utf8')) as {
    script: string;
    styles: string[];
    preloads: string[];
    assets: string[];
  };
  const overview = assets.find((name) => /^overview-.*\.js$/.test(name));
  if (overview === undefined) throw new Error('the build has made no overview');
  const names = new Set([script, ...styles, ...preloads, overview]);
  // The files name what they import; a set that grows while it is walked walks what is added, too.
  for (const name of names) {
    if (name !== script) for (const imported of importsOf(name)) names.add(imported);
  }
  return [...names];
}

/** The files that a built script imports at its head: those that it loads later are written otherwise. */
function importsOf(name: string): string[] {
  if (!name.endsWith('.js')) return [];
  const text = readFileSync(`${dashboard}/dist/${name}`, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(([, imported = '']) => imported);
}

function sizeOf(file: string): number {
  return statSync(file).size;
}

function inKb(bytes: number): string {
  return (bytes / 1000).toFixed(2).padStart(6);
}
