import type { HostLink } from '@microapp/embed/frame';
import type { TokenReason } from '@microapp/contract/protocol';
import type { Credential } from './exchange.ts';
import { Failure } from './failure.ts';

/** Asks the host for a new ticket or token. A host that has none, or does not answer, is a `host_refused`. */
export async function askHost(link: Pick<HostLink, 'requestToken'>, reason: TokenReason): Promise<Credential> {
  const answer = await link.requestToken(reason).catch((error: unknown) => {
    throw new Failure('host_refused', { cause: error });
  });
  return asCredential(answer);
}

/** The ticket, else the token, of INIT or of the host's answer. Throws a `host_refused` when there is neither. */
export function asCredential({ ticket, token }: { ticket?: string; token?: string }): Credential {
  if (ticket !== undefined) return { ticket };
  if (token !== undefined) return { token };
  throw new Failure('host_refused');
}
