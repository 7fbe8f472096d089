import type { JsonText, PrintedJson } from './json-text.ts';
import { scanJson, spells } from './scan-json.ts';

/**
 * The members of a JSON object that have these names, which are of plain letters, each as the text that it is; a name that
 * comes twice is the last one, as in `JSON.parse`. Undefined for bytes that are no JSON, or that name a prototype
 * somewhere. Empty for JSON that is no object.
 */
export function membersOf(bytes: Buffer, names: readonly string[]): Map<string, JsonText> | undefined {
  const places = new Map<string, [from: number, to: number]>();
  const isFit = scanJson(bytes, {
    refusesPrototypes: true,
    onPart(from, to, nameFrom, nameTo) {
      for (const name of names) {
        if (spells(bytes, nameFrom, nameTo, name)) places.set(name, [from, to]);
      }
    },
  });
  if (!isFit) return undefined;
  const members = new Map<string, JsonText>();
  // A place is where a value was.
  for (const [name, place] of places) members.set(name, bytes.toString('utf8', ...place) as JsonText);
  return members;
}

/** The elements of a JSON list, each as the text that it is. Empty for every other JSON. */
export function elementsOf(text: PrintedJson): PrintedJson[] {
  const bytes = Buffer.from(text);
  const elements: PrintedJson[] = [];
  scanJson(bytes, {
    onPart(from, to, _nameFrom, nameTo) {
      if (nameTo === 0) elements.push(bytes.toString('utf8', from, to) as PrintedJson); // a part of what is
    },
  });
  return elements;
}
