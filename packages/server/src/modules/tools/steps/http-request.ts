import type { HttpStep } from '@microapp/contract';
import type { PrintedJson } from '../../../platform/json/index.ts';
import type { OutboundMethod } from '../../../platform/outbound/index.ts';
import type { ToolEngine } from '../engine/engine.ts';
import { isDotSegment, isHeaderValue, pathSegments } from '../engine/http-step-issues.ts';
import { StepFailure, threw } from '../engine/step-failure.ts';
import type { StepTexts } from '../engine/step-texts.ts';
import { parseTemplate } from '../engine/template.ts';
import { renderJson, renderText, stringOf } from './render.ts';

export type HttpRequest = {
  method: OutboundMethod;
  url: URL;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Absent: none. */
  body?: string;
  /** What may be a secret of the tool's author: all headers, and what is written out in the query. */
  secrets: readonly string[];
};

const addressCharsMax = 8192;
const headerCharsMax = 8192;

/**
 * The request that a step describes, with values in it. No value reaches beyond its place: in the address it is
 * percent-encoded and can neither be, nor empty, nor climb out of a segment of the path; in a header it stays on its
 * line. How much all values together may be is the engine's limit. Rejects with `StepFailure`, which quotes no value.
 */
export async function renderRequest(
  engine: ToolEngine,
  step: HttpStep,
  { context, signal }: { context: StepTexts; signal: AbortSignal },
): Promise<HttpRequest> {
  const [url, headers, body] = await Promise.all([
    renderAddress(engine, step.url, { context, signal }),
    renderHeaders(engine, step.headers ?? {}, { context, signal }),
    step.body === undefined ? undefined : renderJson(engine, step.body, context, { signal }),
  ]);
  const method = step.method ?? (body === undefined ? 'GET' : 'POST');
  const secrets = [...Object.values(headers), ...queryWrittenOut(step.url)];
  if (body === undefined) return { method, url, headers, secrets };
  const withType = { 'content-type': 'application/json', ...headers };
  return { method, url, headers: withType, body: bodyText(body, withType['content-type']), secrets };
}

type Rendering = { context: StepTexts; signal: AbortSignal };

async function renderAddress(engine: ToolEngine, text: string, { context, signal }: Rendering): Promise<URL> {
  const address = await renderText(engine, text, context, { signal, encode: percentEncoded });
  if (address.length > addressCharsMax) throw failed(`The address would have more than ${addressCharsMax} characters.`);
  const written = pathSegments(parseTemplate(text).texts.join('x'));
  for (const [index, segment] of pathSegments(address).entries()) {
    // The parser would walk up for it, however its dots are encoded.
    if (isDotSegment(segment)) throw failed('A value would change where the path of the address leads.');
    // Or `DELETE /orders/{{ … }}` would be asked of all orders.
    if (segment === '' && written[index] !== '') throw failed('A value in the path of the address is missing.');
  }
  return new URL(address);
}

/** The values in the query that are no input's. */
function queryWrittenOut(address: string): string[] {
  return [...new URL(parseTemplate(address).texts.join('')).searchParams.values()];
}

/** Unpaired surrogates, which have no encoding, become the replacement character. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

async function renderHeaders(
  engine: ToolEngine,
  templates: Readonly<Record<string, string>>,
  { context, signal }: Rendering,
): Promise<Record<string, string>> {
  const rendered = Object.entries(templates).map(async ([name, text]) => {
    const value = await renderText(engine, text, context, { signal });
    if (value.length > headerCharsMax) throw failed(`The header "${name}" is too long.`);
    if (!isHeaderValue(value)) {
      throw failed(`The header "${name}" would have line breaks or characters beyond Latin-1.`);
    }
    return [name.toLowerCase(), value] as const;
  });
  return Object.fromEntries(await Promise.all(rendered));
}

/** A text is JSON, too, unless the step says that it sends something else. */
function bodyText(body: PrintedJson, contentType: string): string {
  return /\bjson\b/i.test(contentType) ? body : (stringOf(body) ?? body);
}

function failed(detail: string): StepFailure {
  return new StepFailure(threw(detail));
}
