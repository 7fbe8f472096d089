import type { SourceFile } from './source-file.ts';

export type Violation = { file: string; line: number; problem: string };

export type Rule = {
  /** The guarantee, in present tense. */
  title: string;
  find: (files: readonly SourceFile[]) => Violation[];
  /** Code that breaks the rule, by path; the first file is the culprit. Proves that the rule is able to fail. */
  planted: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** Where the violation of a table row that nothing uses any more is reported. */
export const tablePath = 'test/architecture/table.ts';

export function staleRow(problem: string): Violation {
  return { file: tablePath, line: 1, problem };
}
