import jsonata from 'jsonata';
import { LRUCache } from 'lru-cache';
import { NotJsonError, replyWithin, toJsonText } from './json-text.ts';
import type { EngineLimits } from './limits.ts';
import { jsonataFunctionNames } from './jsonata-functions.ts';
import { setToolNow } from './realm.ts';
import { limitReached, threw, type FailureReason } from './step-failure.ts';
import type { Reply } from './tasks.ts';

/**
 * Transform steps: JSONata inside a worker.
 *
 * A compiled expression is kept and shared by all who have the same text, and JSONata's built-in functions are shared
 * by all expressions of the worker. Both are plain objects that an expression can get hold of and write to (rebind
 * `$clone`, then update what `$sum` is), so both are locked.
 */
export type Transforms = {
  run(expression: string, contextText: string, nowMs: number): Promise<Reply>;
  /** The results of all, as a JSON array; what an expression leaves undefined is `null`. */
  evaluate(expressions: readonly string[], contextText: string, nowMs: number): Promise<Reply>;
  /** A sentence about what is wrong with the expression, if anything. */
  problemOf(expression: string): string | undefined;
};

const cachedExpressionsMax = 500;
const cachedExpressionCharsMax = 2_000_000;
/**
 * JSONata counts all branches of an object or a grouping at once as depth, so a low limit would refuse wide results.
 * Measured: 25,000 levels of real recursion take a quarter of a second and half of the worker's heap.
 */
const evaluationDepthMax = 25_000;

export async function createTransforms(limits: EngineLimits): Promise<Transforms> {
  await lockBuiltInFunctions();
  const options = Object.freeze({ timeout: limits.softTimeMs, stack: evaluationDepthMax });
  const cache = new LRUCache<string, jsonata.Expression>({
    max: cachedExpressionsMax,
    maxSize: cachedExpressionCharsMax,
    sizeCalculation: (_, text) => text.length,
  });

  function compiled(text: string): jsonata.Expression {
    const known = cache.get(text);
    if (known !== undefined) return known;
    const expression = jsonata(text, options);
    freezeDeeply(expression.ast());
    cache.set(text, expression);
    return expression;
  }

  async function run(text: string, contextText: string, nowMs: number): Promise<Reply> {
    setToolNow(nowMs);
    try {
      const result: unknown = await compiled(text).evaluate(JSON.parse(contextText));
      return replyWithin(limits, toJsonText(result));
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    }
  }

  async function evaluate(expressions: readonly string[], contextText: string, nowMs: number): Promise<Reply> {
    const results: string[] = [];
    for (const expression of expressions) {
      const reply = await run(expression, contextText, nowMs);
      if (!reply.ok) return reply;
      results.push(reply.text);
    }
    return replyWithin(limits, `[${results.join()}]`);
  }

  function problemOf(text: string): string | undefined {
    try {
      compiled(text);
      return undefined;
    } catch (error) {
      if (error instanceof RangeError) return 'The expression is nested too deeply.';
      return `The expression cannot be read: ${sentenceOf(error)}`;
    }
  }

  return { run, evaluate, problemOf };
}

/** JSONata throws plain objects with a code; see its list of error codes. */
type JsonataProblem = { code: string; message?: string; position?: number; error?: unknown };

function isJsonataProblem(error: unknown): error is JsonataProblem {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}

function reasonOf(error: unknown): FailureReason {
  if (error instanceof NotJsonError) return threw(error.message);
  if (error instanceof RangeError) return limitReached(error.message.includes('call stack') ? 'stack' : 'memory');
  if (!isJsonataProblem(error)) return threw(sentenceOf(error));
  switch (error.code) {
    case 'D1011':
      return limitReached('stack');
    case 'D1012':
      return limitReached('time');
    case 'D2014':
      return limitReached('memory');
    case 'D3121':
      // `$eval` wraps what it ran into.
      return error.error === undefined ? threw(sentenceOf(error)) : reasonOf(error.error);
    default:
      return threw(sentenceOf(error));
  }
}

function sentenceOf(error: unknown): string {
  if (!isJsonataProblem(error)) return error instanceof Error ? error.message : String(error);
  const where = error.position === undefined ? '' : ` (at character ${error.position})`;
  return `${error.message ?? error.code}${where}`;
}

async function lockBuiltInFunctions(): Promise<void> {
  for (const name of jsonataFunctionNames) {
    const definition: unknown = await jsonata(`$${name}`).evaluate(undefined);
    if (!isFreezable(definition)) throw new Error(`JSONata has no function $${name}.`);
    // JSONata notes here who called the function last, for its error messages; all else stays as it is.
    const notes = { token: undefined, position: undefined };
    for (const key of Object.keys(definition)) {
      Object.defineProperty(definition, key, { writable: false, configurable: false });
    }
    Object.preventExtensions(Object.assign(definition, notes));
  }
}

function freezeDeeply(value: unknown): void {
  if (!isFreezable(value) || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeDeeply(part);
}

/** Regular expressions stay as they are: JSONata copies them for each use. */
function isFreezable(value: unknown): value is object {
  if (value instanceof RegExp) return false;
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
