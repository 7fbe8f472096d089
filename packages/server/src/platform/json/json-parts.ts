import type { JsonText, PrintedJson } from './json-text.ts';
import { scanJson, spells } from './scan-json.ts';

/**
 * The members of a JSON object that have these names, which are of plain letters, each as the text that it is; a name that
 * comes twice is the last one, as in `JSON.parse`. Undefined for bytes that are no JSON, or that name a prototype
 * somewhere. Empty for JSON that is no object.
 */
export function membersOf(bytes: Buffer, names: readonly string[]): Map<string, JsonText> | undefined {
  const members = new Map<string, { from: number; to: number }>();
  const isFit = scanJson(bytes, {
    refusesPrototypes: true,
    onPart(value, name) {
      const known = name && names.find((each) => spells(bytes, name.from, name.to, each));
      if (known !== undefined) members.set(known, value);
    },
  });
  if (!isFit) return undefined;
  const textOf = ({ from, to }: { from: number; to: number }): JsonText => bytes.toString('utf8', from, to) as JsonText; // what was scanned as a value
  return new Map([...members].map(([name, value]) => [name, textOf(value)]));
}

/** The elements of a JSON list, each as the text that it is. Empty for every other JSON. */
export function elementsOf(text: PrintedJson): PrintedJson[] {
  const bytes = Buffer.from(text);
  const elements: PrintedJson[] = [];
  scanJson(bytes, {
    onPart({ from, to }, name) {
      if (name === undefined) elements.push(bytes.toString('utf8', from, to) as PrintedJson); // a part of what is
    },
  });
  return elements;
}
