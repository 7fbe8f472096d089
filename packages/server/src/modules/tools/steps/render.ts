import type { StepContext } from '@microapp/contract';
import type { ToolEngine } from '../engine/engine.ts';
import { parseTemplate, type Template } from '../engine/template.ts';

export type RenderOptions = {
  signal?: AbortSignal;
  /** What becomes of an inserted value's text, such as percent-encoding in an address. */
  encode?: (text: string) => string;
};

/** The text of a template. Values that are no text are written as JSON, and what is missing as nothing. Rejects with `StepFailure`. */
export async function renderText(
  engine: ToolEngine,
  text: string,
  context: StepContext,
  { signal, encode }: RenderOptions = {},
): Promise<string> {
  const template = parseTemplate(text);
  const values = await engine.evaluate(template.expressions, context, signal && { signal });
  return filledIn(template, values, encode);
}

/**
 * JSON with its strings rendered, at any depth; keys stay as they are. A string that is one expression and nothing else
 * becomes its value, of whatever type. Rejects with `StepFailure`.
 */
export async function renderJson(
  engine: ToolEngine,
  json: unknown,
  context: StepContext,
  { signal }: Pick<RenderOptions, 'signal'> = {},
): Promise<unknown> {
  const expressions: string[] = [];
  walk(json, (template) => void expressions.push(...template.expressions));
  const values = await engine.evaluate(expressions, context, signal && { signal });
  let next = 0;
  return walk(json, (template) => {
    const own = values.slice(next, next + template.expressions.length);
    next += own.length;
    return own.length === 1 && template.texts.join('').trim() === '' ? own[0] : filledIn(template, own);
  });
}

function filledIn({ texts }: Template, values: readonly unknown[], encode = (text: string) => text): string {
  return texts.map((text, index) => (index === 0 ? text : encode(textOf(values[index - 1])) + text)).join('');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function walk(json: unknown, replace: (template: Template) => unknown): unknown {
  if (typeof json === 'string') return replace(parseTemplate(json));
  if (Array.isArray(json)) return json.map((item) => walk(item, replace));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, walk(item, replace)]));
}
