import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

const text = fs.readFileSync(path.join(import.meta.dirname, 'fixture.sql'), 'utf8');

export type Fixture = { workspaceId: string; runs: number; flows?: number; deployments?: number };

/** Fills a workspace with 30 days of work: see fixture.sql. */
export async function loadFixture(databaseUrl: string, { workspaceId, runs, flows = 200, deployments = 500 }: Fixture) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const settings = { workspace: workspaceId, runs, flows, deployments };
    for (const [name, value] of Object.entries(settings))
      await client.query('select set_config($1, $2, false)', [`growth.${name}`, String(value)]);
    await client.query(text);
    // Not in the same message: a statement there would not see statistics made in it.
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}
