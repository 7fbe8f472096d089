import type { Provider } from '@microapp/contract';
import { OutboundError, type Outbound, type OutboundFailure } from '../../platform/outbound/index.ts';
import type { Secret } from '../../platform/secret.ts';
import { modelsRequest } from './models-request.ts';

const timeoutMs = 10_000;
// Some providers list hundreds of models with a paragraph each.
const answerBytesMax = 2 * 1024 * 1024;

/** What came of a try. `message` is ours: nothing that the provider said is repeated, it may hold the key. */
export type Tried = { ok: boolean; message: string };

const failures: Readonly<Record<OutboundFailure, string>> = {
  address_not_allowed: 'The address is private, and OUTBOUND_ALLOW does not list it. Nothing was sent.',
  name_unknown: 'The name in the address is not known. Check baseUrl.',
  unreachable: 'The provider cannot be reached at this address.',
  timed_out: `The provider did not answer within ${timeoutMs / 1000} seconds.`,
  answer_too_large: 'The answer is too long for a list of models. Check baseUrl.',
};

/** Asks the provider for its models with the key, for real. Never rejects for what the provider or the network does. */
export async function tryProviderKey(
  outbound: Outbound,
  { provider, baseUrl, key }: { provider: Provider; baseUrl: string | null; key: Secret },
): Promise<Tried> {
  try {
    const request = modelsRequest(provider, baseUrl, key);
    const answer = await outbound.send({ method: 'GET', ...request, timeoutMs, bodyBytesMax: answerBytesMax });
    return verdictOn(answer.status, answer.body);
  } catch (error) {
    if (error instanceof OutboundError) return { ok: false, message: failures[error.failure] };
    throw error;
  }
}

function verdictOn(status: number, body: Buffer): Tried {
  if (status >= 200 && status < 300) {
    if (isModelList(body)) return { ok: true, message: 'The provider accepts the key.' };
    return { ok: false, message: 'Something answers, but not with a list of models. Check baseUrl.' };
  }
  if (status === 401 || status === 403) return { ok: false, message: `The provider refuses the key (${status}).` };
  if (status === 404) return { ok: false, message: 'There is no list of models at this address. Check baseUrl.' };
  if (status === 429) return { ok: false, message: 'The provider takes no more requests at the moment (429).' };
  if (status >= 300 && status < 400) {
    return { ok: false, message: 'The address redirects elsewhere, where the key is not sent. Check baseUrl.' };
  }
  return { ok: false, message: `The provider answers with an error (${status}).` };
}

/** OpenAI, Anthropic and Mistral answer `data`, Google answers `models`. */
function isModelList(body: Buffer): boolean {
  try {
    const answer: unknown = JSON.parse(body.toString());
    if (typeof answer !== 'object' || answer === null) return false;
    return ('data' in answer && Array.isArray(answer.data)) || ('models' in answer && Array.isArray(answer.models));
  } catch {
    return false;
  }
}
