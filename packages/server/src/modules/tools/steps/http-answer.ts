import { printJson, type PrintedJson } from '../../../platform/json/index.ts';
import type { OutboundAnswer } from '../../../platform/outbound/index.ts';
import type { ToolEngine } from '../engine/engine.ts';
import { nestingMax } from '../engine/json-text.ts';
import { StepFailure } from '../engine/step-failure.ts';
import { readJson } from './read-json.ts';

const jsonType = /^application\/(?:[\w.+-]+\+)?json$/;
const textType = /^(?:text\/.+|application\/(?:[\w.+-]+\+)?xml|application\/csv)$/;

const quotedCharsMax = 200;

/**
 * What a step makes of an answer with a status of success: JSON as it is, text as text, an empty body as `null`. Rejects
 * with `StepFailure` for every other type and for what is not what it says it is.
 */
export async function resultOf(
  engine: ToolEngine,
  { headers, body }: OutboundAnswer,
  signal: AbortSignal,
): Promise<PrintedJson> {
  if (body.length === 0) return printJson(null);
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (jsonType.test(type.trim())) return jsonOf(engine, new TextDecoder().decode(body), signal);
  if (textType.test(type.trim())) return printJson(decoded(body, parameters));
  throw endpointFailed(
    type === '' ? 'the answer names no content type' : 'the answer is neither JSON nor text, XML or CSV',
  );
}

async function jsonOf(engine: ToolEngine, text: string, signal: AbortSignal): Promise<PrintedJson> {
  const read = await readJson(engine, text, signal);
  if ('json' in read) return read.json;
  if (read.problem === 'not JSON') throw endpointFailed('the answer says that it is JSON, and is not');
  throw endpointFailed(`the answer is nested more than ${nestingMax} levels deep`);
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
