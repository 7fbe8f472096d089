import { printJson, type PrintedJson } from '../../../platform/json/index.ts';
import type { ToolEngine } from '../engine/engine.ts';
import { nestingMax, nestingOf } from '../engine/json-text.ts';
import { StepFailure } from '../engine/step-failure.ts';

/** More is not parsed on the server's own thread: this much takes it ten milliseconds at worst. */
const charsHereMax = 64 * 1024;

export type ReadJson = { json: PrintedJson } | { problem: 'not JSON' | 'nested too deeply' };

/** What a text from outside says, if it is JSON and no deeper than results may be. Rejects with `StepFailure`. */
export async function readJson(engine: ToolEngine, text: string, signal: AbortSignal): Promise<ReadJson> {
  if (nestingOf(text) > nestingMax) return { problem: 'nested too deeply' };
  try {
    return { json: text.length > charsHereMax ? await engine.reprint(text, { signal }) : printJson(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: 'not JSON' };
    if (error instanceof StepFailure && error.reason.kind === 'threw') return { problem: 'not JSON' };
    throw error;
  }
}
