import { scanJson } from './scan-json.ts';

declare const isJson: unique symbol;
declare const isPrinted: unique symbol;

/** A string that is JSON, as whoever wrote it wrote it. Only what has checked a text may say so. */
export type JsonText = string & { readonly [isJson]: true };

/** JSON without a line break, as `JSON.stringify` writes it: it can stand in other JSON, and on a line of its own. */
export type PrintedJson = JsonText & { readonly [isPrinted]: true };

/** `value`, which must be a JSON value, as text. */
export function printJson(value: unknown): PrintedJson {
  return JSON.stringify(value) as PrintedJson; // which is what the brand stands for
}

/** Whether a text is JSON on one line, whoever claims it. Builds nothing: its time grows with the text's length only. */
export function isPrintedJson(text: string): text is PrintedJson {
  // Inside a string of JSON a line break is always escaped.
  return !text.includes('\n') && !text.includes('\r') && scanJson(Buffer.from(text));
}
