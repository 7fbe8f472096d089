import type { HttpStep, LlmStep } from '@microapp/contract';

/** Text around expressions: texts and expressions take turns, so there is one text more than there are expressions. */
export type Template = { texts: readonly string[]; expressions: readonly string[] };

/**
 * Reads `Dear {{ inputs.name }}`. An expression ends at the first `}}`; braces that are never closed are text. The
 * expressions are not looked at: that is the engine's.
 */
export function parseTemplate(text: string): Template {
  const texts: string[] = [];
  const expressions: string[] = [];
  let rest = 0;
  for (let start = text.indexOf('{{'); start !== -1; start = text.indexOf('{{', rest)) {
    const end = text.indexOf('}}', start + 2);
    if (end === -1) break;
    texts.push(text.slice(rest, start));
    expressions.push(text.slice(start + 2, end).trim());
    rest = end + 2;
  }
  return { texts: [...texts, text.slice(rest)], expressions };
}

/** The expressions of every template in a step; `path` is where in the step, such as `body.items[0]`. */
export function templatesOf(step: HttpStep | LlmStep): { path: string; expressions: readonly string[] }[] {
  const parts: Record<string, unknown> =
    step.kind === 'http'
      ? { url: step.url, headers: step.headers, body: step.body }
      : { system: step.system, prompt: step.prompt };
  return Object.entries(parts).flatMap(([path, value]) => templatesIn(value, path));
}

function templatesIn(value: unknown, path: string): { path: string; expressions: readonly string[] }[] {
  if (typeof value === 'string') return [{ path, expressions: parseTemplate(value).expressions }];
  if (Array.isArray(value)) return value.flatMap((item, index) => templatesIn(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => templatesIn(item, `${path}.${key}`));
}
