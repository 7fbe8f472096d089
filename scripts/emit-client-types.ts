import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseSync, Visitor } from 'oxc-parser';
import { readManifest, type Manifest } from './client-manifest.ts';

export type TypesOfClient = {
  /** The project's folder. */
  root: string;
  /** The package's folder. */
  source: string;
  manifest: Pick<Manifest, 'name' | 'exports'>;
  /** The packages that are installed beside it; nothing else may be named. */
  needed: readonly string[];
  /** Where the declarations go. */
  into: string;
};

/** The sources of what the contract exports, below packages/, by the name under which each is imported. */
type Contract = ReadonlyMap<string, string>;

/** Where a declaration names a module: between these offsets is the literal, with its quotes. */
type ModuleName = { value: string; start: number; end: number };

/**
 * Writes the declarations of a package's entries, and of what they mention, comments included, one file for each source;
 * those of the contract's, which nobody installs, among them. Throws where one would name a package that a customer does
 * not have, since there the compiler takes what it cannot find for `any` and says nothing.
 *
 * No bundler of declarations takes part: they need the compiler's own interface, which TypeScript 7 does not have.
 */
export async function emitClientTypes(client: TypesOfClient): Promise<void> {
  const emitted = await mkdtemp(join(tmpdir(), 'microapp-types-'));
  try {
    const contract = await readContract(client.root);
    await compile(client, contract, emitted);
    await copyMentioned(client, contract, emitted);
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

/** The compiler writes declarations of all that the entries import, at their paths below packages/. */
async function compile({ root, source, manifest }: TypesOfClient, contract: Contract, emitted: string): Promise<void> {
  const project = join(emitted, 'tsconfig.json');
  const settings = {
    extends: join(source, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: join(root, 'packages'),
      outDir: emitted,
      // Found in node_modules the contract would be another's package, of which the compiler declares nothing.
      paths: Object.fromEntries([...contract].map(([name, file]) => [name, [join(root, 'packages', file)]])),
    },
    include: [],
    files: Object.values(manifest.exports).map((file) => join(source, file)),
  };
  await writeFile(project, JSON.stringify(settings));
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json').replace('package.json', 'bin/tsc'));
  await promisify(execFile)(process.execPath, [compiler, '-p', project]).catch((error: { stdout?: string }) => {
    throw new Error(`the types of ${manifest.name} cannot be declared:\n${error.stdout}`, { cause: error });
  });
}

/** Walks from the entries along what declarations import. Paths are posix ones below `emitted`. */
async function copyMentioned(client: TypesOfClient, contract: Contract, emitted: string): Promise<void> {
  const { source, manifest, needed, into } = client;
  const own = posix.join(posix.basename(source), 'src');
  const placeOf = (path: string) =>
    path.startsWith(`${own}/`) ? posix.relative(own, path) : path.replace('/src/', '/');
  const resolve = (specifier: string, from: string): string | undefined =>
    specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : contract.get(specifier);

  const paths = new Set(Object.values(manifest.exports).map((file) => declarationOf(posix.join(own, '..', file))));
  // A set that grows while it is walked walks what is added, too.
  for (const path of paths) {
    let text = await readFile(join(emitted, path), 'utf8');
    for (const { value, start, end } of moduleNames(path, text).toReversed()) {
      const imported = resolve(value, path);
      if (imported === undefined) {
        if (!needed.includes(value)) throw new Error(`the types of ${manifest.name} mention ${value}, in ${path}`);
        continue;
      }
      const mentioned = declarationOf(imported);
      paths.add(mentioned);
      const relative = posix.relative(posix.dirname(placeOf(path)), placeOf(mentioned)).replace(/\.d\.ts$/, '.js');
      text = `${text.slice(0, start)}'${relative.startsWith('.') ? relative : `./${relative}`}'${text.slice(end)}`;
    }
    const place = join(into, placeOf(path));
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
  }
}

async function readContract(root: string): Promise<Contract> {
  const { name, exports } = await readManifest(join(root, 'packages/contract'));
  return new Map(
    Object.entries(exports).map(([entry, file]) => [posix.join(name, entry), posix.join('contract', file)]),
  );
}

/** What a declaration imports, exports from elsewhere, or names in place, in the order of the text. */
function moduleNames(path: string, text: string): ModuleName[] {
  const { program, errors } = parseSync(path, text, { sourceType: 'module' });
  const [problem] = errors;
  if (problem !== undefined) throw new Error(`${path}: ${problem.message}`);
  const found: ModuleName[] = [];
  const take = ({ source }: { source: ModuleName | null }) => source && found.push(source);
  new Visitor({
    ImportDeclaration: take,
    ExportNamedDeclaration: take,
    ExportAllDeclaration: take,
    TSImportType: take,
  }).visit(program);
  return found.toSorted((one, other) => one.start - other.start);
}

function declarationOf(source: string): string {
  return source.replace(/\.tsx?$/, '.d.ts');
}
