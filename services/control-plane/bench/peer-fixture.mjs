// Fills the database of a Prefect server with the rows of a workspace of ours.
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

const fixture = fs.readFileSync(path.join(import.meta.dirname, 'peer-fixture.sql'), 'utf8');
const sources = ['flow', 'work_pool', 'work_queue', 'deployment', 'flow_run'];
const rowsAtOnce = 5_000;

/** Answers how many seconds it took. */
export async function fillPeer({ sql }, { workspaceId }, { databaseUrl }) {
  const started = Date.now();
  const theirs = new pg.Client({ connectionString: databaseUrl });
  await theirs.connect();
  try {
    await theirs.query('create temp table ours (source text, row jsonb)');
    for (const source of sources) await copyRows(sql, source, workspaceId, theirs);
    await theirs.query('analyze ours');
    await theirs.query(fixture);
    await theirs.query('vacuum analyze');
    await theirs.query('checkpoint');
  } finally {
    await theirs.end();
  }
  return (Date.now() - started) / 1000;
}

async function copyRows(sql, source, workspaceId, theirs) {
  await sql.query('begin');
  await sql.query(
    `declare copied cursor for select to_jsonb(t)::text as row from ${source} t where workspace_id = '${workspaceId}'`,
  );
  for (;;) {
    const { rows } = await sql.query(`fetch ${rowsAtOnce} from copied`);
    if (rows.length === 0) break;
    await theirs.query('insert into ours select $1, jsonb_array_elements($2::jsonb)', [
      source,
      `[${rows.map(({ row }) => row).join(',')}]`,
    ]);
  }
  await sql.query('commit');
}
