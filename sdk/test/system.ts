import { signUp, startSystem, type TestAccount, type TestSystem } from '@headgate/testkit';
import { inject } from 'vitest';

/** Brings the types of what is injected. */
export type Setup = typeof import('@headgate/testkit/global-setup');

/** A control plane with a workspace, to which the flows of this process report. */
export async function connected(
  env: Record<string, string> = {},
): Promise<{ system: TestSystem; account: TestAccount }> {
  const servers = { adminUrl: inject('adminUrl'), redisUrl: inject('redisUrl'), template: inject('template') };
  const system = await startSystem({ servers, env });
  const account = await signUp(system.url);
  process.env['HEADGATE_API_URL'] = account.apiUrl;
  process.env['HEADGATE_API_KEY'] = account.key;
  return { system, account };
}

export type Run = {
  id: string;
  name: string;
  state_name: string;
  state_type: string;
  end_time: string | null;
  run_count: number;
  parent_task_run_id: string | null;
  parameters: Record<string, unknown>;
  state: { message: string | null };
};
export type TaskRunRow = Run & {
  flow_run_id: string;
  tags: string[];
  task_inputs: Record<string, { id: string }[]>;
  dynamic_key: string;
};

export const runsOf = async (account: TestAccount, flow: string): Promise<Run[]> =>
  account.api<Run[]>('POST', '/flow_runs/filter', { flows: { name: { any_: [flow] } }, sort: 'START_TIME_ASC' });
export const taskRunsOf = async (account: TestAccount, flowRunId: string): Promise<TaskRunRow[]> =>
  account.api<TaskRunRow[]>('POST', '/task_runs/filter', {
    flow_runs: { id: { any_: [flowRunId] } },
    sort: 'EXPECTED_START_TIME_ASC',
  });
export const logsOf = async (
  account: TestAccount,
  flowRunId: string,
): Promise<{ message: string; task_run_id: string | null }[]> =>
  account.api('POST', '/logs/filter', { logs: { flow_run_id: { any_: [flowRunId] } }, sort: 'TIMESTAMP_ASC' });
