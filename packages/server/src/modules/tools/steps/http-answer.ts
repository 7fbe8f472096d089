import type { OutboundAnswer } from '../../../platform/outbound/index.ts';
import { nestingMax, nestingOf } from '../engine/json-text.ts';
import { StepFailure } from '../engine/step-failure.ts';

const jsonType = /^application\/(?:[\w.+-]+\+)?json$/;
const textType = /^(?:text\/.+|application\/(?:[\w.+-]+\+)?xml|application\/csv)$/;

const quotedCharsMax = 200;

/**
 * What a step makes of an answer with a status of success: JSON parsed, text as text, an empty body as `null`. Throws
 * `StepFailure` for every other type and for what is not what it says it is.
 */
export function resultOf({ headers, body }: OutboundAnswer): unknown {
  if (body.length === 0) return null;
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (jsonType.test(type.trim())) return parsedJson(new TextDecoder().decode(body));
  if (textType.test(type.trim())) return decoded(body, parameters);
  throw endpointFailed(
    type === '' ? 'the answer names no content type' : 'the answer is neither JSON nor text, XML or CSV',
  );
}

function parsedJson(text: string): unknown {
  if (nestingOf(text) > nestingMax) throw endpointFailed(`the answer is nested more than ${nestingMax} levels deep`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's message quotes the text, which is not for every log.
    throw endpointFailed('the answer says that it is JSON, and is not', cause);
  }
}

function decoded(body: Buffer, parameters: readonly string[]): string {
  const charset = parameters.map((parameter) => /^\s*charset="?([^"\s]+)"?\s*$/.exec(parameter)?.[1]).find(Boolean);
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(body);
  } catch (cause) {
    throw endpointFailed('the answer is in a character encoding that is not known', cause);
  }
}

/**
 * For an answer with another status: the status and a little of what was said, on one line, for the owner's ledger.
 * `secrets` are values that were sent, which an endpoint may repeat.
 */
export function refusalOf({ status, body }: OutboundAnswer, secrets: readonly string[]): StepFailure {
  const said = withoutSecrets(body.toString(), secrets)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, quotedCharsMax)
    .toWellFormed();
  return endpointFailed(said === '' ? `status ${status}` : `status ${status}: ${said}`);
}

const secretCharsMin = 6;

/** A header such as `Bearer …` is repeated in whole or in part, and inside of JSON with its quotes escaped. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const words = secrets.flatMap((secret) => [secret, ...secret.split(/[\s,;=:"]+/)]);
  const forms = words.flatMap((word) => [word, JSON.stringify(word).slice(1, -1), encodeURIComponent(word)]);
  const longestFirst = [...new Set(forms)].toSorted((left, right) => right.length - left.length);
  return longestFirst
    .filter((form) => form.length >= secretCharsMin)
    .reduce((kept, form) => kept.replaceAll(form, '[redacted]'), text);
}

/** `detail` completes "The address that the step calls failed: …". */
export function endpointFailed(detail: string, cause?: unknown): StepFailure {
  return new StepFailure({ kind: 'endpoint', detail }, { cause });
}
