import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rolldown } from 'vite';

/** How many bytes of a minified script come from a module; the bundler's own code is a module by the name of `bundler`. */
export type ModuleShare = { module: string; bytes: number };

const packagesFolder = fileURLToPath(new URL('../packages', import.meta.url));

/**
 * Where the bytes of a script come from, the most first: each mapping of its source map counts up to the next one. The sum
 * is the size of the script. `dist` is the folder that its map counts from. Throws for a script without a map.
 */
export function analyzeChunk(chunk: Rolldown.OutputChunk, dist: string): ModuleShare[] {
  if (chunk.map === null) throw new Error(`${chunk.fileName} was built without a source map`);
  // Maps are version 3 all over; the bundler's type leaves the fields optional.
  const map = new SourceMap(chunk.map as unknown as SourceMapPayload);
  const bytesOf = new Map<string, number>();
  for (const [lineNumber, line] of chunk.code.split('\n').entries()) {
    let from = 0;
    let module = 'bundler';
    for (let column = 0; column <= line.length; column++) {
      const here = column === line.length ? undefined : moduleAt(map, dist, { line: lineNumber, column });
      if (here === module) continue;
      // The line's end is a byte of its last module.
      const text = line.slice(from, column) + (here === undefined ? '\n' : '');
      bytesOf.set(module, (bytesOf.get(module) ?? 0) + Buffer.byteLength(text));
      from = column;
      module = here ?? module;
    }
  }
  return [...bytesOf]
    .map(([module, bytes]) => ({ module, bytes }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((left, right) => right.bytes - left.bytes);
}

/** The module behind a place: one of ours by its path below packages/, one of a library by the library's name. */
function moduleAt(map: SourceMap, dist: string, { line, column }: { line: number; column: number }): string {
  const entry = map.findEntry(line, column);
  if (!('originalSource' in entry) || !entry.originalSource) return 'bundler';
  const [, library] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(entry.originalSource) ?? [];
  return library ?? relative(packagesFolder, resolve(dist, entry.originalSource.replace(/\?.*$/, '')));
}
