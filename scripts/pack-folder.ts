import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A packed package: its file's name, its bytes, and the paths within. */
export type Packed = { file: string; bytes: number; paths: string[] };

/** Packs a folder with a package.json as npm would publish it, into a file below `into`. Asks no registry, and runs none of its scripts. */
export async function packFolder(folder: string, into: string): Promise<Packed> {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', folder, '--pack-destination', into, '--json', '--ignore-scripts', '--offline'],
    { encoding: 'utf8' },
  );
  // npm's documented answer: one object for each package.
  const [packed] = JSON.parse(stdout) as { filename: string; size: number; files: { path: string }[] }[];
  if (packed === undefined) throw new Error(`npm has packed nothing of ${folder}`);
  return { file: packed.filename, bytes: packed.size, paths: packed.files.map(({ path }) => path) };
}
