// What the reads are measured on: made by the fixture of the growth tests.
import fs from 'node:fs';
import path from 'node:path';
import { signUp } from '@headgate/testkit';
import { createClient } from './driver.mjs';

const fixture = fs.readFileSync(path.join(import.meta.dirname, '../test/growth/fixture.sql'), 'utf8');

/** A workspace with so many runs of 30 days. */
export async function grownWorkspace({ sql, system }, runs) {
  const account = await signUp(system.url);
  const settings = { workspace: account.workspaceId, runs, flows: 200, deployments: 500 };
  for (const [name, value] of Object.entries(settings))
    await sql.query('select set_config($1, $2, false)', [`growth.${name}`, String(value)]);
  const started = Date.now();
  await sql.query(fixture);
  const seconds = (Date.now() - started) / 1000;
  await sql.query('discard temp');
  await sql.query('vacuum analyze');
  // Else the disk is busy with what was loaded while the lists are measured.
  await sql.query('checkpoint');
  const idOf = async (table, name) =>
    (await sql.query(`select id from ${table} where workspace_id = $1 and name = $2`, [account.workspaceId, name]))
      .rows[0].id;
  const ids = { flow: await idOf('flow', 'flow-7'), deployment: await idOf('deployment', 'deployment-7') };
  return { runs, seconds, account, ids, api: createClient(account.apiUrl, account.key, 8) };
}
