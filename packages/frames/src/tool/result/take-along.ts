import { csvOf } from './csv.ts';
import { labelOf } from './label.ts';
import type { Scalar } from './column.ts';
import type { Shape } from './shape.ts';

/** A file that a visitor can take a result along as. `content` makes it when it is asked for. */
export type Take = { format: 'CSV' | 'JSON' | 'TXT' | 'MD'; type: string; content: () => string };

/** The files that make sense for an output of this shape, the handiest first. */
export function takesOf(shape: Shape, output: unknown): Take[] {
  const json: Take = { format: 'JSON', type: 'application/json', content: () => JSON.stringify(output, null, 2) };
  switch (shape.kind) {
    case 'text':
      return [{ format: 'TXT', type: 'text/plain', content: () => String(output) }];
    case 'markdown':
      return [{ format: 'MD', type: 'text/markdown', content: () => String(output) }];
    case 'table':
      return [csvTake(output), json];
    case 'list':
    case 'record':
    case 'json':
      return [json];
    case 'value':
    case 'nothing':
      return [];
  }
}

/** All rows and columns of a table, those too that are too many to be drawn. */
export function csvTake(output: unknown): Take {
  return { format: 'CSV', type: 'text/csv', content: () => csvOf(allCells(output)) };
}

function allCells(output: unknown): Parameters<typeof csvOf>[0] {
  // Only what has the shape of a table comes here, and that is a list of flat objects.
  const records = (Array.isArray(output) ? output : []) as readonly Record<string, Scalar>[];
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return {
    columns: keys.map((key) => ({ label: labelOf(key) })),
    rows: records.map((record) => keys.map((key) => record[key] ?? null)),
  };
}
