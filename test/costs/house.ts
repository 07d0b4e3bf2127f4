import type { TestAccount } from '@headgate/testkit';
import { furnish } from '../fuzz/house.mjs';

const many = 220;
const runs = 2_000;

/** A workspace in which everything that can be asked for is there, and as much of it as a page holds. */
export async function house(account: TestAccount): Promise<Record<string, string>> {
  const things = await furnish(account.apiUrl, account.key);
  const at = (number: number) => String(number).padStart(4, '0');
  const post = async (path: string, body: (number: number) => unknown, count = many) => {
    for (let from = 0; from < count; from += 20)
      await Promise.all(
        Array.from({ length: Math.min(20, count - from) }, (_, each) => account.api('POST', path, body(from + each))),
      );
  };
  await post('/flows/', (number) => ({ name: `flow-${at(number)}`, tags: ['one', 'two'] }));
  await post('/variables/', (number) => ({ name: `variable-${at(number)}`, value: 'v'.repeat(200), tags: ['one'] }));
  await post('/deployments/', (number) => ({
    name: `deployment-${at(number)}`,
    flow_id: things['flows:id'],
    work_pool_name: 'pool',
    tags: ['one'],
    parameters: { a: 1 },
  }));
  await post('/work_pools/', (number) => ({ name: `pool-${at(number)}`, type: 'process' }), 40);
  const task_run = (number: number) => ({
    flow_run_id: things['flow_runs:id'],
    task_key: `t${number}`,
    dynamic_key: '0',
    state: { type: 'RUNNING' },
  });
  await post('/task_runs/', task_run);
  await post('/artifacts/', (number) => ({
    key: `artifact-${at(number)}`,
    type: 'markdown',
    data: 'text '.repeat(50),
    flow_run_id: things['flow_runs:id'],
  }));
  const bulk = { flow_runs: Array.from({ length: runs / 2 }, () => ({ parameters: { a: 'x'.repeat(100) } })) };
  for (const _ of [1, 2])
    await account.api('POST', `/headgate/deployments/${things['deployments:id']}/flow_runs`, bulk);
  const timestamp = new Date().toISOString();
  const line = { name: 'n', level: 20, message: 'words '.repeat(20), timestamp, flow_run_id: things['flow_runs:id'] };
  await account.api(
    'POST',
    '/logs/',
    Array.from({ length: 1_000 }, () => line),
  );
  const [accountHandle, workspaceHandle] = account.handle.split('/');
  return {
    ...things,
    account_id: account.accountId,
    workspace_id: account.workspaceId,
    account_handle: accountHandle!,
    workspace_handle: workspaceHandle!,
  };
}
