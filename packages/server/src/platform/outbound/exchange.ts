import {
  request as requestOverHttp,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as requestOverHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline, Transform, type Readable } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip } from 'node:zlib';
import type { AddressRule } from './address-rules.ts';
import { OutboundError } from './outbound-error.ts';
import { placeOf } from './parse-place.ts';

export type OutboundMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type OutboundRequest = {
  method: OutboundMethod;
  /** http or https. */
  url: URL;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
};

/** An answer whose body is still on its way: unpacked, and broken off with `answer_too_large` where it is too long. */
export type Exchange = { status: number; headers: IncomingHttpHeaders; body: Readable };

/** All addresses of a name, as `node:dns/promises` answers them. */
export type Resolve = (name: string) => Promise<Address[]>;
type Address = { address: string; family: number };

export type ExchangeDeps = { resolve: Resolve; isAllowed: AddressRule };

/**
 * One request and its answer, no redirect: looks the name up, checks every address, connects to what was checked.
 * Rejects with `OutboundError` or with what the network said.
 */
export async function exchange(
  deps: ExchangeDeps,
  request: OutboundRequest,
  { signal, bodyBytesMax }: { signal: AbortSignal; bodyBytesMax: number },
): Promise<Exchange> {
  if (request.url.protocol !== 'http:' && request.url.protocol !== 'https:') throw new OutboundError('unreachable');
  const addresses = await untilAborted(addressesOf(deps, request.url), signal);
  const answer = await connect(request, pinnedTo(addresses), signal);
  return { status: answer.statusCode ?? 0, ...unpacked(answer, bodyBytesMax) };
}

/** The addresses of the host. One that is not allowed refuses all: a public name has no private address. */
async function addressesOf({ resolve, isAllowed }: ExchangeDeps, url: URL): Promise<Address[]> {
  const place = placeOf(url);
  const family = isIP(place.host);
  const found = family === 0 ? await resolveName(resolve, place.host) : [{ address: place.host, family }];
  if (found.length === 0) throw new OutboundError('name_unknown');
  if (!found.every(({ address }) => isAllowed(address, place))) throw new OutboundError('address_not_allowed');
  return found;
}

async function resolveName(resolve: Resolve, name: string): Promise<Address[]> {
  try {
    return await resolve(name);
  } catch (cause) {
    throw new OutboundError('name_unknown', { cause });
  }
}

/** A look-up that knows one answer: what was checked is what is connected to. */
function pinnedTo(addresses: readonly Address[]): LookupFunction {
  return (_name, options, callback) => {
    const [first] = addresses;
    if (options.all === true || first === undefined) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

function connect(
  { method, url, headers, body }: OutboundRequest,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestOverHttps : requestOverHttp;
  const options: RequestOptions = {
    method,
    // What is not packed cannot unpack to a thousand times its size; a server that packs it all the same is understood.
    headers: { 'accept-encoding': 'identity', ...headers, ...lengthOf(body) },
    lookup,
    signal,
    // No connection is shared: a later call to the same name is checked anew.
    agent: false,
  };
  return new Promise((settle, reject) => {
    request(url, options, settle).on('error', reject).end(body);
  });
}

/** Node says no length of a DELETE's body, which the other side would take for the next request. */
function lengthOf(body: OutboundRequest['body']): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

/** The body unpacked and bounded, and the headers that are still true of it. */
function unpacked(answer: IncomingMessage, bodyBytesMax: number): Omit<Exchange, 'status'> {
  const unpack = unpackerOf(answer.headers['content-encoding']);
  const bound = boundedTo(bodyBytesMax);
  if (unpack === undefined) return { headers: answer.headers, body: pipeline(answer, bound, isHeardByTheReader) };
  const { 'content-encoding': _, 'content-length': __, ...headers } = answer.headers;
  return { headers, body: pipeline(answer, unpack, bound, isHeardByTheReader) };
}

/** The last stream tells its reader what went wrong, and the pipeline ends the connection. */
function isHeardByTheReader(): void {}

/** A stream of events is packed piece by piece, and each piece must come out as it comes in. */
function unpackerOf(encoding = ''): Transform | undefined {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return createUnzip({ flush: constants.Z_SYNC_FLUSH });
    case 'br':
      return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return undefined;
  }
}

function boundedTo(bytesMax: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length > bytesMax) done(new OutboundError('answer_too_large'));
      else done(null, chunk);
    },
  });
}

/** A name service that never answers must not hold the call: the look-up itself cannot be aborted. */
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((settle, reject) => {
    const giveUp = (): void => reject(new Error('aborted'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(settle, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
