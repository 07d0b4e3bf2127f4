import pg from 'pg';

/** How many statements that look like this are sent while the work goes on, on any connection of this process. */
export async function statementsDuring(like: RegExp, work: () => Promise<unknown>): Promise<number> {
  const original = pg.Client.prototype.query;
  let count = 0;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { text?: string }];
    if (like.test((typeof first === 'string' ? first : first?.text) ?? '')) count++;
    return (original as (...all: unknown[]) => unknown).apply(this, args);
  } as typeof original;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = original;
  }
  return count;
}
