import { structuredPatch } from 'diff';

export type DiffLine = { kind: 'same' | 'added' | 'removed' | 'gap'; text: string };

const contextLines = 3;

/** What changed between two specs, line by line, with a little around it; empty when nothing did. */
export function diffOfSpecs(before: unknown, after: unknown): DiffLine[] {
  const { hunks } = structuredPatch('', '', linesOfSpec(before), linesOfSpec(after), '', '', { context: contextLines });
  return hunks.flatMap((hunk, index) => [
    ...(index === 0 && hunk.oldStart === 1 ? [] : [{ kind: 'gap' as const, text: '…' }]),
    ...hunk.lines.filter((line) => !line.startsWith('\\')).map(lineOf),
  ]);
}

function lineOf(line: string): DiffLine {
  const text = line.slice(1);
  if (line.startsWith('+')) return { kind: 'added', text };
  return line.startsWith('-') ? { kind: 'removed', text } : { kind: 'same', text };
}

/**
 * A spec to be read, not parsed: the lines of code in it stand below each other, where JSON has all of them in one line.
 */
export function linesOfSpec(spec: unknown): string {
  const lines = JSON.stringify(spec, null, 2).split('\n');
  return `${lines.flatMap(withCodeInLines).join('\n')}\n`;
}

function withCodeInLines(line: string): string[] {
  if (!line.includes(String.raw`\n`)) return [line];
  const [, indent = '', head = '', text = '', tail = ''] = /^(\s*)("(?:[^"\\]|\\.)*": )?(".*")(,?)$/.exec(line) ?? [];
  if (text === '') return [line];
  // What `JSON.stringify` has just printed.
  const code = JSON.parse(text) as string;
  // A backslash and an n that somebody wrote look like one.
  if (!code.includes('\n')) return [line];
  return [
    `${indent}${head}`,
    ...code.split('\n').map((part) => `${indent}  | ${part}`),
    ...(tail === '' ? [] : [`${indent}${tail}`]),
  ];
}
