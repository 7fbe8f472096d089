import { wordsOf } from './label.ts';

/**
 * Longer text is shown as it is. What reads markdown takes time that grows with the square of a block (`_a_a_a…`), and
 * whoever wrote the text may want the page to hang.
 */
const markdownCharsMax = 50_000;
const blockCharsMax = 10_000;

/** Words at the end of a key by which the author of a tool says what a text is. */
const markdownWords: ReadonlySet<string> = new Set(['markdown', 'md']);
const plainWords: ReadonlySet<string> = new Set(['text', 'plain', 'code', 'csv', 'log', 'raw', 'yaml', 'json']);

/** Each alone is hardly ever written by chance. */
const strongSigns = [
  /^#{1,6} +\S/, // a heading
  /^ {0,3}(```|~~~)/, // a block of code
  /^[ |:]*-{3,}:? *\|[-:| ]*$/, // the line below the head of a table
  /\[[^[\]]{1,200}\]\((https?:\/\/|mailto:)[^\s()]{1,500}\)/, // a link
  /\*\*[^\s*][^*]{0,200}\*\*/, // bold text
];
const listItem = /^ {0,3}([-*+]|\d{1,3}[.)]) +\S/;

/** Signs stand at the beginning of a line, or somewhere near it: so the time it takes to look grows with the text only. */
const lineCharsMax = 1_000;

/**
 * Whether a text is markdown. A tool's output has no schema, so its author says it by the last word of the key (`markdown`
 * or `md`; `text`, `plain`, `code`, `csv`, `log`, `raw`, `yaml` and `json` say the contrary); where the key says nothing,
 * the text is markdown when it has a sign that only markdown has.
 */
export function isMarkdown(text: string, key: string): boolean {
  if (text.length > markdownCharsMax || text.trim() === '') return false;
  if (longestBlock(text) > blockCharsMax) return false;
  const word = wordsOf(key).at(-1)?.toLowerCase() ?? '';
  if (markdownWords.has(word)) return true;
  if (plainWords.has(word)) return false;
  const lines = text.split(/\r?\n/).map((line) => line.slice(0, lineCharsMax));
  // A dash begins many a line that is no list: two of them make one.
  return lines.some(hasStrongSign) || lines.filter((line) => listItem.test(line)).length >= 2;
}

function hasStrongSign(line: string): boolean {
  return strongSigns.some((sign) => sign.test(line));
}

/** Characters of the longest run of lines without an empty one in it. */
function longestBlock(text: string): number {
  return text.split('\n').reduce(
    ({ longest, current }, line) => {
      const length = line.trim() === '' ? 0 : current + line.length;
      return { current: length, longest: Math.max(longest, length) };
    },
    { longest: 0, current: 0 },
  ).longest;
}
