import pg from 'pg';
import { Parsing } from '../../src/core/db/warm.js';

/** `settings` are those of the connection that it was sent over. */
type Statement = { text: string; values: unknown[]; settings: string };
type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Strategy?: string;
  Plans?: PlanNode[];
};
export type Reading = Statement & { read: number; returned: number; allowed: number; plan: string };

/** What is read may be so many times what is returned; a short answer may cost what a page of fifty may. */
const rowsReadPerRow = 20;
const rowsReadMin = 50 * rowsReadPerRow;
/** What a figure (a count, a sum, an average) may read: the hours and states of a rollup, never runs. */
const rowsReadPerFigure = 2_000;

/** Records the statements that are run while `work` goes on, on any connection of this process: not what one only learns. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const seen: Statement[] = [];
  /** What transactions that are under way have set for themselves. */
  const own = new Map<pg.Client, string>();
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first, second] = args as [string | Partial<Statement>, unknown];
    const text = typeof first === 'string' ? first : first?.text;
    const values = (typeof first === 'object' && first?.values) || (Array.isArray(second) ? second : []);
    if (!(first instanceof Parsing) && text && /^\s*(select|with|insert|update|delete)\b/i.test(text)) {
      const { connectionParameters } = this as unknown as { connectionParameters: { options?: string } };
      seen.push({ text, values, settings: (connectionParameters.options ?? '') + (own.get(this) ?? '') });
      for (const [, name] of text.matchAll(/set_config\('(\w+)', 'off', true\)/g))
        own.set(this, `${own.get(this) ?? ''} -c ${name}=off`);
    } else if (text && /^\s*(commit|rollback)\s*$/i.test(text)) own.delete(this);
    return (original as (...all: unknown[]) => unknown).apply(this, args);
  } as typeof original;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = original;
  }
  return [...new Map(seen.map((each) => [JSON.stringify(each), each])).values()];
}

/** The values as they stand in SQL. */
async function literalsOf(client: pg.ClientBase, values: unknown[]): Promise<string> {
  if (values.length === 0) return '';
  const { rows } = await client.query<string[]>({
    text: `select ${values.map((_, at) => `quote_nullable($${at + 1}::text)`).join(', ')}`,
    values: values.map((value) => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value)),
    rowMode: 'array',
  });
  return `(${rows[0]!.join(', ')})`;
}

/** Runs a statement once more, undoes it, and answers how many rows of tables it read. */
export async function readingOf(client: pg.ClientBase, statement: Statement): Promise<Reading> {
  const { text, values, settings } = statement;
  await client.query('begin');
  try {
    for (const [, name, value] of settings.matchAll(/-c (\w+)=(\w+)/g))
      await client.query(`set local ${name} to ${value}`);
    // As it was sent: prepared, so that the settings tell whether the plan is made for these values or for any.
    await client.query(`prepare reading as ${text}`);
    const given = await literalsOf(client, values);
    const { rows } = await client.query(`explain (analyze, timing off, format json) execute reading${given}`);
    await client.query('deallocate reading');
    const [{ Plan: plan }] = rows[0]['QUERY PLAN'] as [{ Plan: PlanNode }];
    const returned = plan['Actual Rows'];
    const allowed = isFigure(plan) ? rowsReadPerFigure : Math.max(rowsReadMin, returned * rowsReadPerRow);
    return { ...statement, read: rowsRead(plan), returned, allowed, plan: outline(plan) };
  } finally {
    await client.query('rollback');
  }
}

/** A statement that ends in an aggregate answers a figure, not rows. */
function isFigure(plan: PlanNode): boolean {
  if (plan['Node Type'] === 'Aggregate') return true;
  const [only] = plan.Plans ?? [];
  return ['Sort', 'Limit', 'Gather', 'Gather Merge', 'Incremental Sort'].includes(plan['Node Type']) && !!only
    ? isFigure(only)
    : false;
}

const rowsOf = (node: PlanNode): number =>
  node['Relation Name'] && node['Node Type'].endsWith('Scan')
    ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) *
      node['Actual Loops']
    : 0;

const rowsRead = (node: PlanNode): number =>
  (node.Plans ?? []).reduce((sum, each) => sum + rowsRead(each), rowsOf(node));

function outline(node: PlanNode, depth = 0): string {
  const table = node['Relation Name'] ? ` ${node['Relation Name']}` : '';
  const index = (node as { 'Index Name'?: string })['Index Name'] ?? '';
  const own = `${'  '.repeat(depth)}${node['Node Type']}${table} ${index} rows ${node['Actual Rows']} × ${node['Actual Loops']}, removed ${node['Rows Removed by Filter'] ?? 0}`;
  return [own, ...(node.Plans ?? []).map((each) => outline(each, depth + 1))].join('\n');
}
