import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connected, runsOf } from './system.js';

let system: TestSystem;
let account: TestAccount;
beforeAll(async () => void ({ system, account } = await connected()));
afterAll(() => system?.stop());

type Page = { events: { occurred: string; resource: Record<string, string> }[] };

/** Those of a run. */
const beatsOf = async (runId: string): Promise<string[]> => {
  const id = [`prefect.flow-run.${runId}`];
  const filter = { event: { name: ['prefect.flow-run.heartbeat'] }, resource: { id } };
  return (await account.api<Page>('POST', '/events/filter', { filter })).events.map((event) => event.occurred);
};

it('a script tells that it lives, also while it computes and hears nothing', async () => {
  const script = join(import.meta.dirname, 'flows/computes.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: 'inherit' });
  try {
    const [run] = (await until('its run', async () => {
      const found = await runsOf(account, 'computes');
      return found.length > 0 ? found : null;
    }))!;
    await until('two heartbeats', async () => (await beatsOf(run!.id)).length >= 2);
    expect((await runsOf(account, 'computes'))[0]!.state_type).toBe('RUNNING');
  } finally {
    child.kill('SIGKILL');
  }
});
