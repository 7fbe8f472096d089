import { wordsOf } from './label.ts';

/** Longer text is shown as it is: reading markdown takes longer than drawing text. */
const markdownCharsMax = 50_000;

/** Words at the end of a key by which the author of a tool says what a text is. */
const markdownWords: ReadonlySet<string> = new Set(['markdown', 'md']);
const plainWords: ReadonlySet<string> = new Set(['text', 'plain', 'code', 'csv', 'log', 'raw', 'yaml', 'json']);

/** Each alone is hardly ever written by chance. */
const strongSigns = [
  /^#{1,6} +\S/m, // a heading
  /^ {0,3}(```|~~~)/m, // a block of code
  /^ *\|? *:?-{3,}:? *\|/m, // the line below the head of a table
  /\[[^\]\n]{1,200}\]\((https?:\/\/|mailto:)[^)\s]{1,2000}\)/, // a link
  /\*\*[^\s*][^*\n]{0,300}\*\*/, // bold text
];
/** A dash begins many a line that is no list: two in a row make one. */
const listSign = /^ {0,3}([-*+]|\d{1,3}[.)]) +\S.*\n(?: *\n| {2,}.*\n)* {0,3}([-*+]|\d{1,3}[.)]) +\S/m;

/**
 * Whether a text is markdown. A tool's output has no schema, so its author says it by the last word of the key (`markdown`
 * or `md`; `text`, `plain`, `code`, `csv`, `log`, `raw`, `yaml` and `json` say the contrary); where the key says nothing,
 * the text is markdown when it has a sign that only markdown has.
 */
export function isMarkdown(text: string, key: string): boolean {
  if (text.length > markdownCharsMax || text.trim() === '') return false;
  const word = wordsOf(key).at(-1)?.toLowerCase() ?? '';
  if (markdownWords.has(word)) return true;
  if (plainWords.has(word)) return false;
  const lines = text.replaceAll('\r\n', '\n');
  return strongSigns.some((sign) => sign.test(lines)) || listSign.test(lines);
}
