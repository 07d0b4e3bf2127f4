import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { flow, getRunLogger, task, UnreachableError } from '@headgate/sdk';
import { deliverSpool } from '@headgate/sdk/client';
import type { TestAccount, TestSystem } from '@headgate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connected, logsOf, runsOf, taskRunsOf } from './system.js';

let system: TestSystem;
let account: TestAccount;
beforeAll(async () => void ({ system, account } = await connected()));
afterAll(() => system?.stop());

const step = task(
  (n: number) => {
    getRunLogger().info(`step ${n}`);
    return n;
  },
  { name: 'step' },
);
const spooled = () => readdirSync(join(process.env['HEADGATE_HOME']!, 'spool', 'sdk'));

describe('while the control plane is away', () => {
  it('a flow goes on, and tells of everything when the control plane is back in time', async () => {
    const patient = flow(
      async () => {
        await step(1);
        await system.kill('api', 'SIGKILL');
        for (let n = 2; n <= 50; n++) await step(n);
        await system.start('api');
        return 'done';
      },
      { name: 'patient' },
    );
    expect(await patient()).toBe('done');
    const [run] = await runsOf(account, 'patient');
    expect(run!.state_name).toBe('Completed');
    const rows = await taskRunsOf(account, run!.id);
    expect(rows.map((row) => row.state_name)).toEqual(Array.from({ length: 50 }, () => 'Completed'));
    expect((await logsOf(account, run!.id)).filter((line) => line.message.startsWith('step'))).toHaveLength(50);
  });

  it('a flow ends all the same, and its reports are delivered later', async () => {
    const brave = flow(
      async () => {
        await system.kill('api', 'SIGKILL');
        return step(7);
      },
      { name: 'brave' },
    );
    const began = Date.now();
    expect(await brave()).toBe(7);
    expect(spooled()).toHaveLength(1);
    const ended = Date.now();
    await system.start('api');
    const back = Date.now();
    expect((await runsOf(account, 'brave'))[0]!.state_name).toBe('Running');
    const { delivered, refused } = await deliverSpool();
    expect(delivered).toBeGreaterThanOrEqual(5);
    expect([refused, spooled()]).toEqual([0, []]);
    const [run] = await runsOf(account, 'brave');
    expect(run!.state_name).toBe('Completed');
    // It ended when it ended, and not when somebody heard of it.
    expect(back).toBeGreaterThan(ended);
    expect(Date.parse(run!.end_time!)).toBeGreaterThanOrEqual(began);
    expect(Date.parse(run!.end_time!)).toBeLessThan(back);
    expect((await taskRunsOf(account, run!.id)).map((row) => `${row.name} ${row.state_name}`)).toEqual([
      'step-0 Completed',
    ]);
  });

  it('a flow does not begin, and says why', async () => {
    const url = process.env['HEADGATE_API_URL'];
    process.env['HEADGATE_API_URL'] = 'http://127.0.0.1:9/api';
    await expect(flow(() => 1, { name: 'lonely' })()).rejects.toThrow(UnreachableError);
    process.env['HEADGATE_API_URL'] = url;
  });
});
