import pg from 'pg';
import { Parsing } from '../src/core/db/warm.js';

/**
 * How many statements that look like this are run while the work goes on, on any connection of this process. What a new
 * connection only learns is not run.
 */
export async function statementsDuring(like: RegExp, work: () => Promise<unknown>): Promise<number> {
  const original = pg.Client.prototype.query;
  let count = 0;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { text?: string }];
    const isRun = !(first instanceof Parsing);
    if (isRun && like.test((typeof first === 'string' ? first : first?.text) ?? '')) count++;
    return (original as (...all: unknown[]) => unknown).apply(this, args);
  } as typeof original;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = original;
  }
  return count;
}
