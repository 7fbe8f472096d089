import type { JsonSchema, LlmStep } from '@microapp/contract';
import { Output, streamText, type LanguageModel, type OutputInterface } from 'ai';
import type { Clock } from '../../../platform/clock.ts';
import { printJson, type PrintedJson } from '../../../platform/json/index.ts';
import type { Outbound } from '../../../platform/outbound/index.ts';
import type { ModelKey } from '../../provider-keys/index.ts';
import type { ToolEngine } from '../engine/engine.ts';
import { nestingMax } from '../engine/json-text.ts';
import { StepFailure } from '../engine/step-failure.ts';
import type { StepTexts } from '../engine/step-texts.ts';
import { languageModel } from './language-model.ts';
import { modelNameOf } from './model-name-of.ts';
import { failed, providerFailure } from './provider-failure.ts';
import { readJson } from './read-json.ts';
import { renderText } from './render.ts';
import type { StepCall } from './step-call.ts';

export type AskDeps = { clock: Clock; engine: ToolEngine; outbound: Outbound };

const timeoutMsDefault = 60_000;
const answerCharsMax = 1024 * 1024;
// A stream wraps every few characters of the answer in a few hundred bytes of its own.
const wireBytesMax = 32 * 1024 * 1024;

/**
 * Asks a model and resolves with its text, or with the JSON that follows the step's schema. Rejects with `StepFailure`
 * only.
 *
 * Requirements: the key goes to the provider's address and nowhere else, through the guard that keeps private addresses
 * out; the call ends in time, and its answer has a bound; what the model says is text or checked JSON, and nothing that
 * it says is run, followed or called: it was told things by strangers.
 *
 * It is asked once. A second try would be paid for again by the owner, hold the visitor for longer than the time limit
 * says, and come too early for a provider that said when to come back: that time is handed on, with the failure.
 */
export async function askModel(deps: AskDeps, modelKey: ModelKey, step: LlmStep, call: StepCall): Promise<PrintedJson> {
  const name = step.model ?? modelNameOf(modelKey);
  if (name === undefined) throw failed('no model is named: name a model in the step, or a default one with the key');
  const prompt = await promptOf(deps.engine, step, call);
  const fetch = deps.outbound.fetchWith({
    timeoutMs: step.timeoutMs ?? timeoutMsDefault,
    bodyBytesMax: wireBytesMax,
  });
  try {
    const model = languageModel(modelKey, name, fetch);
    const text = await answerOf(model, step, { ...call, ...prompt });
    return step.schema === undefined ? printJson(text) : await followed(deps.engine, step.schema, text, call.signal);
  } catch (error) {
    if (error instanceof StepFailure) throw error;
    if (call.signal.aborted) throw new StepFailure({ kind: 'aborted' });
    throw providerFailure(error, { key: modelKey.key, nowMs: deps.clock.now() });
  }
}

type Prompt = { instructions: string | undefined; prompt: string };

async function promptOf(
  engine: ToolEngine,
  { system, prompt }: LlmStep,
  { context, signal }: { context: StepTexts; signal: AbortSignal },
): Promise<Prompt> {
  return {
    instructions: system === undefined ? undefined : await renderText(engine, system, context, { signal }),
    prompt: await renderText(engine, prompt, context, { signal }),
  };
}

/** The model's whole text. Rejects with what the library says, or with `StepFailure`. */
async function answerOf(
  model: LanguageModel,
  { schema, temperature, maxOutputTokens }: LlmStep,
  { instructions, prompt, signal, onText }: Prompt & Pick<StepCall, 'signal' | 'onText'>,
): Promise<string> {
  const leaving = new AbortController();
  const { stream } = streamText({
    model,
    ...(instructions === undefined ? {} : { instructions }),
    prompt,
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(schema === undefined ? {} : { output: jsonBy(schema), providerOptions: looseSchemas }),
    abortSignal: AbortSignal.any([signal, leaving.signal]),
    maxRetries: 0,
    // Errors come in the stream, too; without this they are printed as well.
    onError: () => undefined,
  });
  let text = '';
  try {
    for await (const part of stream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'abort') throw new StepFailure({ kind: 'aborted' });
      if (part.type === 'finish') checkFinish(part);
      if (part.type !== 'text-delta') continue;
      text += part.text;
      if (text.length > answerCharsMax) throw failed(`its answer is longer than ${answerCharsMax} characters`);
      // JSON in pieces says nothing to whoever waits for it.
      if (schema === undefined) onText(part.text);
    }
  } finally {
    // The library keeps a stream that nobody reads any more, and the connection behind it.
    leaving.abort();
  }
  return text;
}

/** A text that was cut off at the length that the step asked for is an answer; one that was broken off is none. */
function checkFinish({ finishReason, rawFinishReason }: { finishReason: string; rawFinishReason: string | undefined }) {
  if (finishReason === 'content-filter') throw failed('its content filter stopped the answer');
  if (finishReason === 'error') throw failed('it gave up while it answered');
  if (rawFinishReason === undefined) throw failed('its answer ended before it was complete');
}

/**
 * JSON is asked for by the schema and taken as text until it is complete: the library's own form parses what there is
 * again with every piece, which a long answer would turn into minutes of the server's only thread.
 */
function jsonBy(schema: JsonSchema): OutputInterface<string, string, never> {
  return { ...Output.text(), name: 'json', responseFormat: Promise.resolve({ type: 'json', schema }) };
}

/**
 * OpenAI's strict mode takes a dialect of JSON Schema (no optional property, hardly a bound) and refuses all others, and
 * owners write the schemas. Without it the model follows the schema nearly always, and the answer is checked in any case.
 */
const looseSchemas = { openai: { strictJsonSchema: false } };

async function followed(
  engine: ToolEngine,
  schema: JsonSchema,
  text: string,
  signal: AbortSignal,
): Promise<PrintedJson> {
  const answer = await jsonOf(engine, text, signal);
  const [issue] = await engine.validateInputs(schema, answer, { signal });
  if (issue === undefined) return answer;
  const place = issue.path.replace(/^inputs/, 'answer');
  throw failed(`its answer does not follow the schema: ${place} ${issue.message}`);
}

async function jsonOf(engine: ToolEngine, text: string, signal: AbortSignal): Promise<PrintedJson> {
  const read = await readJson(engine, text, signal);
  if ('json' in read) return read.json;
  if (read.problem === 'not JSON') throw failed('its answer is not the JSON that was asked for');
  throw failed(`its answer is nested more than ${nestingMax} levels deep`);
}
