// Builds what browsers load, packages/embed, packages/frames, packages/dashboard and the demo's React page, into dist
// folders. Says nothing and takes no time when nothing has changed since, so that every start and every test run can call
// it. `--force` builds all the same.

import { hash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const distFolders = [
  'packages/embed/dist',
  'packages/frames/dist',
  'packages/dashboard/dist',
  'packages/server/demo/dist',
];

const sources = hashOfSources();
if (process.argv.includes('--force') || !distFolders.every((folder) => builtFrom(folder) === sources)) {
  const began = performance.now();
  console.log('build: making what browsers load, which takes up to a minute');
  // Loaded only now: the bundler takes longer to load than everything else here.
  const { bundleBrowserFiles } = await import('./bundle-browser-files.ts');
  const { bundleDashboard } = await import('./bundle-browser-dashboard.ts');
  await bundleBrowserFiles(root, sources);
  await bundleDashboard(root, sources);
  console.log(`build: browser files in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** Of everything that the result depends on: sources, the build itself, and the versions of the packages that take part. */
function hashOfSources(): string {
  const files = globSync(
    [
      'packages/{contract,embed,frames,dashboard,react}/{{src,example}/**/*.{ts,tsx,css},package.json}',
      'scripts/b*-browser*.ts',
      'scripts/{embed-releases,analyze-chunk,host-languages,minify-host-script}.ts',
      'packages/embed/released/*',
    ],
    { cwd: root },
  ).filter((file) => !/\.test\.tsx?$|\/testing\//.test(file));
  if (files.length === 0) throw new Error('there are no sources of browser files');
  const parts = files.toSorted().flatMap((file) => [file, readFileSync(join(root, file))]);
  return hash('sha256', Buffer.concat([...parts, ...versions()].map((part) => Buffer.from(part))), 'hex');
}

function versions(): string[] {
  // The lock file's documented shape.
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  return [
    'vite',
    'rolldown',
    'lightningcss',
    'terser',
    'preact',
    'typebox',
    'react',
    'react-dom',
    'react-router',
    '@mantine/core',
    '@tanstack/react-query',
    'lucide-react',
  ].map((name) => `${name}@${lock.packages[`node_modules/${name}`]?.version ?? 'none'}`);
}

function builtFrom(folder: string): string | undefined {
  try {
    // Written by the build, which puts the hash in.
    return (JSON.parse(readFileSync(join(root, folder, 'manifest.json'), 'utf8')) as { sources?: string }).sources;
  } catch {
    return undefined;
  }
}
