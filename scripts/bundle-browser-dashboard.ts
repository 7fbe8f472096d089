import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, type Rolldown } from 'vite';
import { writeDist } from './bundle-browser-files.ts';

/** Where the server serves the files from; they ask for each other below it. */
const base = '/dashboard/assets/';

/**
 * Bundles packages/dashboard below `root` and replaces its dist folder: one script and one style sheet that every screen
 * needs, and a script for each feature. The server writes the document around them.
 */
export async function bundleDashboard(root: string, sources: string): Promise<void> {
  const dashboard = join(root, 'packages/dashboard');
  const result = await build({
    configFile: false,
    root: dashboard,
    base,
    mode: 'production',
    logLevel: 'warn',
    publicDir: false,
    plugins: [react()],
    build: {
      write: false,
      target: 'es2024',
      assetsDir: '',
      // No image of ours becomes a data: address, which the page's policy would have to let through.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        input: { dashboard: join(dashboard, 'src/main.tsx') },
        // The dashboard takes words from the contract, and no schema: without this all of them would come along.
        treeshake: {
          manualPureFunctions: ['Type', 'Nullable', 'ListOf', 'SecretText'],
          moduleSideEffects: (id) => !/\/(contract|typebox)\//.test(id),
        },
        output: {
          entryFileNames: '[name]-[hash].js',
          chunkFileNames: '[name]-[hash].js',
          assetFileNames: '[name]-[hash][extname]',
        },
      },
    },
  });
  if ('on' in result) throw new TypeError('a build that watches has no result');
  const output = [result].flat().flatMap((one) => one.output);
  const entry = output.find((file): file is Rolldown.OutputChunk => file.type === 'chunk' && file.isEntry);
  if (entry === undefined) throw new Error('the bundler made no entry');
  assertWhatCameAlong(output, join(dashboard, 'src/component-styles.ts'));
  const files = output.map((file) => ({
    name: file.fileName,
    content: Buffer.from(file.type === 'chunk' ? file.code : file.source),
  }));
  await writeDist(dashboard, files, {
    sources,
    script: entry.fileName,
    styles: [...(entry.viteMetadata?.importedCss ?? [])],
    preloads: entry.imports,
    assets: files.map(({ name }) => name),
  });
}

/** Throws where a schema is in what browsers load, and where a component is there whose styles are not. */
function assertWhatCameAlong(
  output: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[],
  stylesFile: string,
): void {
  const modules = output
    .flatMap((file) => (file.type === 'chunk' ? Object.entries(file.modules) : []))
    .flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? [id] : []));
  if (modules.some((id) => id.includes('/typebox/'))) {
    throw new Error('A schema of the contract is in the dashboard: take words from a file of it that makes none.');
  }
  const styles = readFileSync(stylesFile, 'utf8');
  // The names of a component's classes are a module of their own, which is named as its style sheet.
  const sheets = modules
    .filter((id) => id.includes('/@mantine/core/') && id.endsWith('.module.mjs'))
    .map((id) => `@mantine/core/styles/${basename(id, '.module.mjs')}.css`);
  if (sheets.length === 0) throw new Error('The build knows no component of the library any more.');
  const missing = sheets.filter((sheet) => !styles.includes(`'${sheet}'`));
  if (missing.length > 0) throw new Error(`Import into ${stylesFile}: ${missing.join(', ')}.`);
}
