import { printJson, type PrintedJson } from '../../../platform/json/index.ts';
import type { ToolEngine } from '../engine/engine.ts';
import type { StepTexts } from '../engine/step-texts.ts';
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
  context: StepTexts,
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
  context: StepTexts,
  { signal }: Pick<RenderOptions, 'signal'> = {},
): Promise<PrintedJson> {
  const expressions: string[] = [];
  printWith(json, ({ expressions: found }) => {
    expressions.push(...found);
    return printJson(null);
  });
  const values = await engine.evaluate(expressions, context, signal && { signal });
  let next = 0;
  return printWith(json, (template) => {
    const own = values.slice(next, next + template.expressions.length);
    next += own.length;
    const [only, ...others] = own;
    const isAlone = only !== undefined && others.length === 0 && template.texts.join('').trim() === '';
    return isAlone ? only : printJson(filledIn(template, own));
  });
}

/** The string that a JSON text is; undefined if it is something else. Costs no more than the string is long. */
export function stringOf(json: PrintedJson): string | undefined {
  return json.startsWith('"') ? String(JSON.parse(json)) : undefined;
}

function filledIn({ texts }: Template, values: readonly PrintedJson[], encode = (text: string) => text): string {
  return texts.map((text, index) => (index === 0 ? text : encode(textOf(values[index - 1])) + text)).join('');
}

function textOf(value: PrintedJson | undefined): string {
  if (value === undefined || value === 'null') return '';
  return stringOf(value) ?? value;
}

/** JSON as text, with what `print` makes of each string in it. */
function printWith(json: unknown, print: (template: Template) => PrintedJson): PrintedJson {
  if (typeof json === 'string') return print(parseTemplate(json));
  if (typeof json !== 'object' || json === null) return printJson(json);
  const text = Array.isArray(json)
    ? `[${json.map((item) => printWith(item, print)).join()}]`
    : `{${Object.entries(json)
        .map(([key, item]) => `${JSON.stringify(key)}:${printWith(item, print)}`)
        .join()}}`;
  return text as PrintedJson; // joined as JSON joins, of parts that are printed
}
