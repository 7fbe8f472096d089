import { printJson, type PrintedJson } from './json-text.ts';

/** A member of an answer that is text already: it is put into the answer as it stands, never parsed to be printed again. */
export class RawJson {
  readonly text: PrintedJson;

  constructor(text: PrintedJson) {
    this.text = text;
  }
}

/** An object as JSON, with `RawJson` members put in. What is undefined is left out, as `JSON.stringify` does. */
export function printMembers(members: Readonly<Record<string, unknown>>): PrintedJson {
  const printed = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${value instanceof RawJson ? value.text : printJson(value)}`);
  return `{${printed.join()}}` as PrintedJson; // joined as JSON joins, of parts that are printed
}
