import pg from 'pg';

type Inside = { name: string; text: string };
type Connection = { parse(statement: { name: string; text: string }): void; sync(): void };

/** A statement that is only parsed under its name: whoever runs it on this connection finds it there. */
export class Parsing extends (pg.Query as unknown as new (
  config: pg.QueryConfig,
  values: unknown[],
  callback: (error: Error | null) => void,
) => pg.Submittable & Inside) {
  /** What pg would send to run it. */
  prepare(connection: Connection): void {
    connection.parse({ name: this.name, text: this.text });
    connection.sync();
  }
}

const parse = (client: pg.ClientBase, name: string, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    client.query(new Parsing({ name, text }, [], (error) => (error ? reject(error) : resolve())));
  });

/** How many parameters a statement has. */
const parametersOf = (text: string): number => Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));

/**
 * Makes a connection know statements before anybody waits for them: the first of each kind on a new connection takes 5 to
 * 12 ms, for parsing, planning and reading the catalog. None is run: they are explained, which keeps their plan where plans
 * are kept (`keptPlans`).
 */
export async function warmUp(client: pg.ClientBase, statements: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, text] of statements) {
    await parse(client, name, text);
    const nothing = Array.from({ length: parametersOf(text) }, () => 'null').join(', ');
    await client.query(`explain execute ${pg.escapeIdentifier(name)}${nothing && `(${nothing})`}`);
  }
}
