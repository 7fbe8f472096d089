import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import { buildClients } from '../../../scripts/build-clients.ts';
import { packFolder, type Packed } from '../../../scripts/pack-folder.ts';

/** A project of somebody who has installed our packages from files, far from our sources. */
export type CustomerProject = {
  folder: string;
  /** What was packed, by the package's name. */
  packed: Readonly<Record<'embed' | 'react', Packed>>;
  /** Puts these files into the project, by their paths. */
  write: (files: Readonly<Record<string, string>>) => Promise<void>;
  /** Runs a program of Node in the project, and answers what it has printed; throws that where it fails. */
  run: (...command: string[]) => Promise<string>;
  /** Bundles a page for production with a bundler's own defaults: the code of each file by its path on a site. */
  bundle: (input: string) => Promise<{ entry: string; files: Record<string, string> }>;
  remove: () => Promise<void>;
};

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What a React project has anyway. From our own folder: npm asks no registry here. */
const reactPackages = ['react', 'react-dom', 'scheduler', '@types/react', '@types/react-dom', 'csstype'];

/** Packs our packages, and installs the files in an empty project as npm does it without a network. */
export async function openCustomerProject(): Promise<CustomerProject> {
  const outside = await mkdtemp(join(tmpdir(), 'microapp-customer-'));
  const remove = () => rm(outside, { recursive: true });
  const folder = join(outside, 'project');
  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  };
  try {
    await mkdir(folder);
    const [embed, react] = await packAll(outside);
    await write({ 'package.json': JSON.stringify({ name: 'customer', private: true, type: 'module' }) });
    const anyway = reactPackages.map((name) => join(root, 'node_modules', name));
    const ours = [embed, react].map(({ file }) => join(outside, file));
    const quietly = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--cache', join(outside, 'cache')];
    await execute('npm', ['install', '--install-links', ...quietly, ...ours, ...anyway], folder);
    return {
      folder,
      packed: { embed, react },
      write,
      run: (...command) => execute(process.execPath, command, folder),
      bundle: (input) => bundleForProduction(folder, input),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function packAll(into: string): Promise<[Packed, Packed]> {
  const [embed, react] = await Promise.all((await buildClients(root, into)).map((one) => packFolder(one, into)));
  if (embed === undefined || react === undefined) throw new Error('there are two packages for customers');
  return [embed, react];
}

async function execute(file: string, command: string[], cwd: string): Promise<string> {
  try {
    return (await promisify(execFile)(file, command, { cwd })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }; // as execFile rejects
    throw new Error([stdout, stderr].join('\n'), { cause: error });
  }
}

async function bundleForProduction(
  folder: string,
  input: string,
): Promise<{ entry: string; files: Record<string, string> }> {
  const result = await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    mode: 'production',
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    // Otherwise it goes by the environment of the tests.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: { write: false, modulePreload: false, rolldownOptions: { input: join(folder, input) } },
  });
  const output = 'on' in result ? [] : [result].flat().flatMap((one) => one.output);
  const chunks = output.filter((file) => file.type === 'chunk');
  const entry = chunks.find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error(`the bundler made nothing of ${input}`);
  return {
    entry: `/${entry.fileName}`,
    files: Object.fromEntries(chunks.map(({ fileName, code }) => [`/${fileName}`, code])),
  };
}
