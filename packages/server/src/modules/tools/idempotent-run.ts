import type { ErrorCode } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import {
  idempotencyKeyHeader,
  readIdempotencyKey,
  repeatedHeader,
  textHashOf,
  type EmbedPrincipal,
  type IdempotencyKeys,
  type RequestFacts,
} from '../../platform/http/index.ts';
import type { RunAnswer, RunOptions } from './run.ts';

/** Failures of a run that began: it was counted, and may have had effects outside, so a repeat must not begin another. */
const keptCodes: ReadonlySet<ErrorCode> = new Set(['tool_error', 'llm_error', 'timeout']);

/** What the caller was told, and no more: the reason and the cause are in the log of the run itself. */
type Failure = { code: ErrorCode; message: string; hint: string | undefined; headers: Record<string, string> };
type RunOutcome = { answer: RunAnswer } | { failure: Failure };

/** `bodyText` is what of the body makes the run what it is, as it was sent. */
export type KeyedRun = { slug: string; bodyText: string; request: RequestFacts };

/**
 * Runs, or repeats what came of the run that the same caller began under the same `Idempotency-Key` with the same body,
 * success or failure: no second run, no quota, no place in a window. What was refused before it began is forgotten, and
 * so is a run that its caller called off: a repeat runs.
 */
export async function runOnce(
  { idempotencyKeys }: { idempotencyKeys: IdempotencyKeys },
  principal: EmbedPrincipal,
  { slug, bodyText, request }: KeyedRun,
  setHeaders: RunOptions['setHeaders'],
  run: () => Promise<RunAnswer>,
): Promise<RunAnswer> {
  const key = readIdempotencyKey(request.header(idempotencyKeyHeader));
  if (key === undefined) return run();
  refuseNobody(principal);
  const keyed = { caller: callerOf(principal), target: `run ${slug}`, key, bodyHash: textHashOf(bodyText) };
  let failed: AppError | undefined;
  const { outcome, repeated } = await idempotencyKeys.around(principal, keyed, async (): Promise<RunOutcome> => {
    try {
      return { answer: await run() };
    } catch (error) {
      if (!(error instanceof AppError) || !keptCodes.has(error.code)) throw error;
      failed = error;
      return { failure: failureOf(error) };
    }
  });
  // Written above, if not by this request then by one like it: the target is in the key's hash.
  const kept = outcome as RunOutcome;
  if ('failure' in kept) throw failed ?? repeatedError(kept.failure);
  if (repeated) setHeaders({ [repeatedHeader]: 'true' });
  return kept.answer;
}

/**
 * Whose keys they are. The sessions of a surface share its client token, so a visitor's keys are the visitor's own: one
 * must not be told another's result for having guessed key and inputs.
 */
function callerOf({ credentialClass, credentialId, session }: EmbedPrincipal): (string | null)[] {
  return [credentialClass, credentialId, session?.visitorId ?? null];
}

/** Nobody has no keys of its own: with those of all strangers together, one would be told another's result. */
function refuseNobody({ credentialClass }: { credentialClass: string }): void {
  if (credentialClass !== 'anonymous') return;
  throw new AppError('validation_failed', {
    issues: [{ path: idempotencyKeyHeader, message: 'is for callers with a credential' }],
    hint: 'Leave the header out, or send a credential.',
  });
}

function failureOf({ code, message, hint, headers }: AppError): Failure {
  return { code, message, hint, headers };
}

function repeatedError({ code, message, hint, headers }: Failure): AppError {
  return new AppError(code, {
    reason: 'repeated',
    message,
    ...(hint === undefined ? {} : { hint }),
    headers: { ...headers, [repeatedHeader]: 'true' },
  });
}
