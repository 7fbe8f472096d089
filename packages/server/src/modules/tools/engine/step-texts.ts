import type { StepContext } from '@microapp/contract';
import { printJson, type JsonText, type PrintedJson } from '../../../platform/json/index.ts';

/** The `StepContext` of a step, of which what strangers wrote is text: it is parsed in a worker and nowhere else. */
export type StepTexts = {
  inputs: JsonText;
  /** Of the steps before, by their names. */
  results: ReadonlyMap<string, PrintedJson>;
  workspace: StepContext['workspace'];
  /** ISO 8601, UTC. */
  now: string;
};

/** The context as one text. */
export function printContext({ inputs, results, workspace, now }: StepTexts): JsonText {
  const members = [...results].map(([name, result]) => `${JSON.stringify(name)}:${result}`);
  const rest = `"workspace":${printJson(workspace)},"now":${printJson(now)}`;
  return `{"inputs":${inputs},"results":{${members.join()}},${rest}}` as JsonText; // of parts that are JSON, each
}
