import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp } from '../tenancy/zz-app.js';

let app: Awaited<ReturnType<typeof startTestApp>>;
beforeAll(async () => { app = await startTestApp(); }, 60_000);
afterAll(() => app.close());

test('crud', async () => {
  const { inject } = app;
  const made = await inject('POST', '/api/v2/concurrency_limits/', { name: 'db', limit: 2 });
  console.log(made.status, made.body);
  console.log((await inject('POST', '/api/v2/concurrency_limits/', { name: 'db', limit: 2 })));
  console.log((await inject('GET', '/api/v2/concurrency_limits/db')).body);
  console.log((await inject('POST', '/api/v2/concurrency_limits/increment-with-lease', { names: ['db', 'nope'], slots: 1, lease_duration: 60, holder: null })).body);
  console.log((await inject('POST', '/api/v2/concurrency_limits/increment-with-lease', { names: ['nope'], slots: 1, lease_duration: 60 })).body);
  const l = (await inject('POST', '/api/v2/concurrency_limits/increment-with-lease', { names: ['db', 'nope'], slots: 1, lease_duration: 60, holder: null })).body;
  const no = (await inject('POST', '/api/v2/concurrency_limits/increment-with-lease', { names: ['db', 'nope'], slots: 1, lease_duration: 60, holder: null }));
  console.log(no.status, no.headers['retry-after'], no.body);
  console.log((await inject('POST', `/api/v2/concurrency_limits/leases/${l.lease_id}/renew`, {})));
  console.log((await inject('POST', `/api/v2/concurrency_limits/decrement-with-lease`, {lease_id: l.lease_id})));
  console.log((await inject('POST', `/api/v2/concurrency_limits/decrement-with-lease`, {lease_id: l.lease_id})).status);
  console.log((await inject('POST', `/api/v2/concurrency_limits/leases/${l.lease_id}/renew`, {})));
  console.log((await inject('GET', '/api/v2/concurrency_limits/db')).body);
  console.log((await app.db.sql.query('select * from concurrency_limit where workspace_id=$1', [app.workspace.id])).rows);
  console.log((await inject('POST', `/api/v2/concurrency_limits/decrement`, {names: ['db'], slots: 1, occupancy_seconds: 4})));
  console.log((await inject('POST', `/api/v2/concurrency_limits/increment`, {names: ['db'], slots: 3})));
  console.log((await inject('POST', `/api/v2/concurrency_limits/increment`, {names: ['db'], slots: 1, mode: 'rate_limit'})));
  console.log((await inject('PATCH', `/api/v2/concurrency_limits/db`, {limit: 5, active: null})));
  console.log((await inject('POST', `/api/v2/concurrency_limits/filter`, {limit: null})).body);
  console.log((await inject('DELETE', `/api/v2/concurrency_limits/db`)));
  expect(1).toBe(1);
});
