import {
  request as requestOverHttp,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as requestOverHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from '../clock.ts';
import type { AddressRule } from './address-rules.ts';

/**
 * Calls to addresses that somebody else wrote down. Requirements: nothing but the public internet is reached, and what
 * the operator allowed (no metadata service, no neighbor behind the firewall); the address that was checked is the one
 * that is connected to (a name that answers differently the second time gains nothing); no redirect is followed, which
 * would start again from an address that a stranger chose; every call ends in time, and its answer has a bound.
 */
export type Outbound = {
  /** Resolves with any answer, whatever its status. Rejects with `OutboundError`. */
  send(call: OutboundCall): Promise<OutboundAnswer>;
};

export type OutboundCall = {
  method: 'GET' | 'POST';
  /** http or https. */
  url: URL;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** From the look-up of the name to the last byte. */
  timeoutMs: number;
  /** Longer answers are given up. */
  bodyBytesMax: number;
};

export type OutboundAnswer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

export type OutboundFailure = 'address_not_allowed' | 'name_unknown' | 'unreachable' | 'timed_out' | 'answer_too_large';

export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly failure: OutboundFailure;

  constructor(failure: OutboundFailure, options?: ErrorOptions) {
    super(failure, options);
    this.failure = failure;
  }
}

/** All addresses of a name, as `node:dns/promises` answers them. */
export type Resolve = (name: string) => Promise<{ address: string; family: number }[]>;

export function createOutbound(deps: { clock: Clock; resolve: Resolve; isAllowed: AddressRule }): Outbound {
  const { clock, resolve, isAllowed } = deps;

  /** The addresses of the host. One that is not allowed refuses all: a public name has no private address. */
  async function addressesOf(host: string): Promise<{ address: string; family: number }[]> {
    const family = isIP(host);
    const found = family === 0 ? await resolveName(host) : [{ address: host, family }];
    if (found.length === 0) throw new OutboundError('name_unknown');
    if (!found.every(({ address }) => isAllowed(address))) throw new OutboundError('address_not_allowed');
    return found;
  }

  async function resolveName(name: string): Promise<{ address: string; family: number }[]> {
    try {
      return await resolve(name);
    } catch (cause) {
      throw new OutboundError('name_unknown', { cause });
    }
  }

  async function exchange(call: OutboundCall, signal: AbortSignal): Promise<OutboundAnswer> {
    const host = call.url.hostname.replace(/^\[|\]$/g, '');
    const addresses = await untilAborted(addressesOf(host), signal);
    return connectAndRead(call, pinnedTo(addresses), signal);
  }

  return {
    async send(call) {
      const ending = new AbortController();
      const stopWaiting = clock.after(call.timeoutMs, () => ending.abort());
      try {
        return await exchange(call, ending.signal);
      } catch (cause) {
        if (ending.signal.aborted) throw new OutboundError('timed_out', { cause });
        if (cause instanceof OutboundError) throw cause;
        throw new OutboundError('unreachable', { cause });
      } finally {
        stopWaiting();
      }
    },
  };
}

/** A look-up that knows one answer: what was checked is what is connected to. */
function pinnedTo(addresses: readonly { address: string; family: number }[]): LookupFunction {
  return (_name, options, callback) => {
    const [first] = addresses;
    if (options.all === true || first === undefined) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

function connectAndRead(call: OutboundCall, lookup: LookupFunction, signal: AbortSignal): Promise<OutboundAnswer> {
  const { url, method, headers = {}, body, bodyBytesMax } = call;
  const request = url.protocol === 'https:' ? requestOverHttps : requestOverHttp;
  // No connection is shared: a later call to the same name is checked anew.
  const options: RequestOptions = { method, headers, lookup, signal, agent: false };
  return new Promise((settle, reject) => {
    const sent = request(url, options, (answer) => {
      read(answer, bodyBytesMax).then(settle, (error: unknown) => {
        sent.destroy();
        reject(error instanceof Error ? error : new Error('the answer broke off', { cause: error }));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function read(answer: IncomingMessage, bodyBytesMax: number): Promise<OutboundAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyBytesMax) throw new OutboundError('answer_too_large');
    chunks.push(chunk);
  }
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
}

/** A name service that never answers must not hold the call: the look-up itself cannot be aborted. */
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((settle, reject) => {
    const give = (): void => reject(new OutboundError('timed_out'));
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    work.then(settle, reject);
  });
}
