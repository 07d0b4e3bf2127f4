import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { Live, topics } from '../../../core/live/live.js';
import { limitsOf } from './limits.js';

const standard = { requests: 1_000, runs: 100, logLines: 10, logBytes: 2_048, events: 7 };
const none = { requests: null, runs: null, logLines: null, logKilobytes: null, events: null };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('an account without limits of its own has the installation’s', () => {
  expect(limitsOf(null, null, standard)).toBeNull();
});

test('limits of the account stand in the place of the installation’s, the others stay', () => {
  expect(limitsOf({ ...none, requests: 5, logKilobytes: 3 }, null, standard)).toEqual({
    ...standard,
    requests: 5,
    logBytes: 3_072,
  });
});

test('a workspace gets its share of the account’s limits, and never nothing', () => {
  expect(limitsOf({ ...none, requests: 500 }, 10, standard)).toMatchObject({ requests: 50, runs: 10, events: 1 });
});

/** Requests of a second, and how many of them were let through. */
async function letThrough({ key }: Tenant, requests: number): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: requests }, () => app.inject('GET', '/api/me', undefined, key)),
  );
  expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
  return answers.filter(({ status }) => status === 200).length;
}

test('what is stored for an account and its workspaces is what they may spend', async () => {
  const [free, limited] = [await app.tenant(), await app.tenant()];
  await app.db.sql.query('insert into account_limit (account_id, requests) values ($1, 200)', [limited.accountId]);
  await app.db.sql.query(
    'insert into rate_limit_allocation (id, account_id, workspace_id, rate_limit_percentage) values (gen_random_uuid(), $1, $2, 10)',
    [limited.accountId, limited.workspaceId],
  );
  app.app.get(Live).publish(topics.access, { accountId: limited.accountId });
  await until('it has its own limits', async () => (await letThrough(limited, 200)) < 120);
  expect(await letThrough(free, 200)).toBe(200);
  await app.db.sql.query('delete from account_limit where account_id = $1', [limited.accountId]);
  await app.db.sql.query('delete from rate_limit_allocation where workspace_id = $1', [limited.workspaceId]);
  app.app.get(Live).publish(topics.access, { accountId: limited.accountId });
  await until('it has the limits of the installation again', async () => (await letThrough(limited, 200)) === 200);
});
