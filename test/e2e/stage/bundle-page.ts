import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * The script of a page, bundled into one file as a customer's bundler would while somebody works on it, from a path below the
 * root of the project. React mounts everything twice only then.
 */
export async function bundlePage(path: string): Promise<string> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const result = await build({
    configFile: false,
    root,
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': JSON.stringify('development') },
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: `${root}${path}`, output: { format: 'es', codeSplitting: false } },
    },
  });
  const output = 'on' in result ? [] : [result].flat().flatMap((one) => one.output);
  const [script] = output.flatMap((file) => (file.type === 'chunk' ? [file.code] : []));
  if (script === undefined) throw new Error(`the bundler made nothing of ${path}`);
  return script;
}
