import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { ctxFor } from '../../../../test/ctx.js';
import { FlowRunsService } from './flow-runs.service.js';

let app: TestApp;
let owner: Tenant;
const post = (path: string, body: unknown) =>
  app.inject('POST', `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}${path}`, body, owner.key);

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

test('runs are deleted by their keys, also where tables are so small that Postgres would read them whole', async () => {
  const flow = await post('/flows/', { name: 'etl' });
  const { body: deployment } = await post('/deployments/', { name: 'daily', flow_id: flow.body.id });
  await post(
    `/deployments/${deployment.id}/create_flow_run/bulk`,
    Array.from({ length: 20 }, () => ({})),
  );
  await app.db.sql.query({ text: 'analyze' });
  const { deleted, whole } = await app.db.db.transaction().execute(async (tx) => {
    const deleted = await app.app.get(FlowRunsService).deleteScheduled(ctxFor(owner), tx, deployment.id);
    // The queue is read for the runs that there are, before there are keys.
    const { rows } = await sql<{ relname: string }>`
      select relname from pg_stat_xact_user_tables where seq_scan > 0 and relname <> 'run_queue' order by 1`.execute(
      tx,
    );
    return { deleted, whole: rows.map((row) => row.relname) };
  });
  expect(deleted).toBe(20);
  expect(whole).toEqual([]);
});
