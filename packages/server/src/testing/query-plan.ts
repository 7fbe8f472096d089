import { sql } from 'kysely';

/** A query that can be explained, of whatever tables. */
type Explainable = { explain(format: 'json', options: ReturnType<typeof sql>): Promise<unknown> };

/**
 * How many rows of a table a query has read, runs included: what it answered with, and what it looked at for nothing.
 * The plan's shape in one number that no load of the machine moves. Throws when the plan does not name the table.
 */
export async function countRowsRead(query: Explainable, table: string): Promise<number> {
  const nodes = nodesOf(await query.explain('json', sql`analyze`)).filter((node) => node['Relation Name'] === table);
  if (nodes.length === 0) throw new Error(`the query does not read ${table}`);
  return nodes.reduce((sum, node) => {
    const each = ['Actual Rows', 'Rows Removed by Filter', 'Rows Removed by Index Recheck'];
    return sum + Number(node['Actual Loops']) * each.reduce((rows, name) => rows + Number(node[name] ?? 0), 0);
  }, 0);
}

/** Every object of a plan, however deep; of the engines one answers a text. */
function nodesOf(plan: unknown): Record<string, unknown>[] {
  if (typeof plan !== 'object' || plan === null) return [];
  const own = Array.isArray(plan) ? [] : [Object.fromEntries(Object.entries(plan))];
  return [...own, ...Object.values(plan).flatMap(nodesOf)];
}
