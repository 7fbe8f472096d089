import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Content } from './content.ts';
import type { RequestFacts } from './define-route.ts';

/**
 * Files that were built before the start are read once and answered from memory: there are few, they are small, they
 * never change while the process runs, and their compressed forms were made at the build, at a quality that no request
 * could wait for. A general file server would add paths to traverse and a disk to wait for.
 */
export type StaticFile = {
  type: string;
  /** By the name of the content coding; `identity` is always there. */
  bodies: Readonly<Partial<Record<Coding, Buffer>> & { identity: Buffer }>;
  /** Of the uncompressed bytes. */
  digest: string;
};

export type Coding = 'br' | 'gzip' | 'identity';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/** A file as it is. */
export function staticFile(name: string, body: Buffer, compressed: { br?: Buffer; gzip?: Buffer } = {}): StaticFile {
  const type = types[extname(name)] ?? 'application/octet-stream';
  return { type, bodies: { identity: body, ...compressed }, digest: hash('sha256', body, 'base64url').slice(0, 22) };
}

/** Reads a file and what stands beside it compressed, as `.br` and `.gz`. Rejects when any of the three is missing. */
export async function readStaticFile(folder: string, name: string): Promise<StaticFile> {
  const [body, br, gzip] = await Promise.all(
    ['', '.br', '.gz'].map((ending) => readFile(join(folder, `${name}${ending}`))),
  );
  if (body === undefined || br === undefined || gzip === undefined) throw new TypeError('three were asked for');
  return staticFile(name, body, { br, gzip });
}

/**
 * The answer to a GET of the file: the smallest form that the client takes, or 304 when it has that form already.
 * `headers` are added to both.
 */
export function answerWithFile(
  file: StaticFile,
  request: Pick<RequestFacts, 'header'>,
  headers: Readonly<Record<string, string>>,
): Content {
  const coding = chooseCoding(file, request.header('accept-encoding') ?? '');
  // A tag names the bytes that were sent, and those differ by coding.
  const etag = `"${file.digest}-${coding}"`;
  const common = { ...headers, etag, vary: 'Accept-Encoding' };
  if (isAmong(request.header('if-none-match'), etag)) return { status: 304, headers: common, body: '' };
  return {
    status: 200,
    headers: {
      ...common,
      'content-type': file.type,
      ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    },
    body: file.bodies[coding] ?? file.bodies.identity,
  };
}

function chooseCoding(file: StaticFile, acceptEncoding: string): Coding {
  const accepted = acceptEncoding
    .split(',')
    .map((part) =>
      part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/),
    )
    .filter(([, quality]) => quality === undefined || !/^q=0(\.0*)?$/.test(quality))
    .map(([name]) => name);
  const codings: readonly Coding[] = ['br', 'gzip'];
  return codings.find((coding) => accepted.includes(coding) && file.bodies[coding] !== undefined) ?? 'identity';
}

function isAmong(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim()));
}
