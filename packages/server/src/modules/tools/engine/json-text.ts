import type { EngineLimits } from './limits.ts';
import { limitReached, threw } from './step-failure.ts';
import type { Reply } from './tasks.ts';

/** The value cannot be said in JSON; the message says where and why. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
}

/**
 * `value` as JSON text, refusing what `JSON.stringify` would drop or change in silence: functions, symbols, big
 * integers, NaN and infinities, maps and sets. A missing value is `null`; a missing property is left out, as in JSON.
 * Throws `NotJsonError`.
 */
export function toJsonText(value: unknown): string {
  try {
    return JSON.stringify(value ?? null, refuseWhatIsNotJson);
  } catch (error) {
    if (error instanceof TypeError && /circular/i.test(error.message)) {
      throw new NotJsonError('The result is not JSON: it contains itself.');
    }
    throw error;
  }
}

function refuseWhatIsNotJson(key: string, value: unknown): unknown {
  const found = nameOfNotJson(value);
  if (found === undefined) return value;
  const where = key === '' ? 'it' : `"${key}"`;
  throw new NotJsonError(`The result is not JSON: ${where} is ${found}.`);
}

function nameOfNotJson(value: unknown): string | undefined {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'bigint') return 'a big integer';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'object' && value !== null) return nameOfNotJsonObject(value);
  return undefined;
}

function nameOfNotJsonObject(value: object): string | undefined {
  if (value instanceof Map || value instanceof Set) return 'a map or a set';
  // JSONata's own functions are plain objects with one of these marks.
  if ('_jsonata_function' in value || '_jsonata_lambda' in value) return 'a function';
  return undefined;
}

/** A text from outside, printed as results are. */
export function reprinted(text: string, limits: EngineLimits): Reply {
  try {
    return replyWithin(limits, JSON.stringify(JSON.parse(text)));
  } catch (error) {
    // The parser's message quotes the text, which is not for every log.
    if (error instanceof SyntaxError) return { ok: false, reason: threw('The text is not JSON.') };
    throw error;
  }
}

/** Deeper than any result needs to be, and far less than it takes to exhaust the stack of whoever prints it again. */
export const nestingMax = 200;

/** The result of a step as a reply, unless it is too large or too deep to be handed on. */
export function replyWithin(limits: EngineLimits, json: string): Reply {
  if (Buffer.byteLength(json) > limits.outputBytesMax) return { ok: false, reason: limitReached('output') };
  if (nestingOf(json) > nestingMax) {
    return { ok: false, reason: threw(`The result is nested more than ${nestingMax} levels deep.`) };
  }
  return { ok: true, text: json };
}

const quote = 0x22;
const backslash = 0x5c;

/** How deep the arrays and objects of a JSON text are nested; 0 for a plain value. */
export function nestingOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const character = json.charCodeAt(at);
    if (inString && character === backslash) at += 1;
    else if (character === quote) inString = !inString;
    else if (inString) continue;
    // `[` and `{`, `]` and `}` differ in this bit only.
    else if ((character & 0xdf) === 0x5b) deepest = Math.max(deepest, ++depth);
    else if ((character & 0xdf) === 0x5d) depth -= 1;
  }
  return deepest;
}
