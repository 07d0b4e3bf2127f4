import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { executeFlowRun } from '@headgate/sdk/runtime';
import { flow, resumeFlowRun, runDeployment } from '@headgate/sdk';
import { until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connected, logsOf, runsOf, taskRunsOf } from './system.js';
import { counter, other, sleeper } from './flows/counter.js';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const flows = new URL('./flows/', import.meta.url);

let system: TestSystem;
let account: TestAccount;
beforeAll(async () => {
  ({ system, account } = await connected());
  await account.api('POST', '/work_pools/', { name: 'local', type: 'process' });
});
afterAll(() => system?.stop());

/** A process as an agent starts it, or one that serves. */
function start(file: string, env: Record<string, string> = {}, args: string[] = []) {
  const child = spawn(process.execPath, ['--import', tsx, new URL(file, flows).pathname, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  // Not its exit: what it wrote may still be on its way then.
  return { child, text: () => text, ended: once(child, 'close') };
}

const due = async (name: string, parameters = {}) => {
  const found = await account.api<{ id: string }>('GET', `/deployments/name/${name}`);
  return account.api<{ id: string; name: string }>('POST', `/deployments/${found.id}/create_flow_run`, { parameters });
};

describe('a script', () => {
  it('that ends in the middle of a run says that, and keeps what it had not told', async () => {
    const { text, ended } = start('leaves.ts');
    expect((await ended)[0]).toBe(3);
    expect(text()).toMatch(/headgate: the process ended before its runs had; (1 report is|\d+ reports are) kept in /);
    expect(text()).not.toContain('no connection');
  });
});

describe('a deployment', () => {
  it('into a pool that is not there ends with what to do, and the line of the caller', async () => {
    const { text, ended } = start('deploy-nowhere.ts');
    expect((await ended)[0]).toBe(1);
    expect(text()).toContain('UsageError: There is no work pool "no-such-pool". Make it with `agent work-pool create');
    expect(text().match(/^ +at .*$/gm)).toEqual([expect.stringContaining('deploy-nowhere.ts:3')]);
    expect(text()).not.toContain('ApiError');
  });

  it.each([
    ['0 0 31 2 *', /^ApiError: This schedule would never fire: .* \(422, POST \/headgate\/deployments\)$/m],
    ['nonsense', /^UsageError: report\.deploy\(\): /],
  ])(
    'that is refused (cron %s) and not caught prints why and the line of the caller, and no insides',
    async (cron, why) => {
      // Without a loader, as from a terminal.
      const child = spawn(process.execPath, [new URL('deploy-with-cron.mjs', flows).pathname, cron], { stdio: 'pipe' });
      let text = '';
      child.stderr.on('data', (data: Buffer) => (text += data.toString()));
      expect((await once(child, 'close'))[0]).toBe(1);
      expect(text).toMatch(why);
      expect(text.match(/^ +at .*$/gm)).toEqual([expect.stringContaining('deploy-with-cron.mjs:6')]);
      expect(text).not.toMatch(/node:internal|http\.js|status:|body:/);
    },
  );

  it.each([
    ['{}', true],
    ['{"day":"x"}', false],
  ])('whose schedule would make runs that must fail (%s set) is stored, with a warning: %s', async (set, warns) => {
    const { text, ended } = start('deploy-lacking.mjs', {}, [set]);
    expect([(await ended)[0], text().includes('Warning: The flow needs "day", and the deployment')]).toEqual([
      0,
      warns,
    ]);
    expect(text()).toContain('Deployed daily/hourly');
  });

  it('knows where its flow is written and what its parameters are', async () => {
    const made = await counter.deploy({
      name: 'hourly',
      workPool: 'local',
      cron: '0 * * * *',
      timezone: 'Europe/Berlin',
      parameters: { to: 5 },
    });
    const stored = await account.api<{
      entrypoint: string;
      path: string;
      schedules: { schedule: { cron: string; timezone: string } }[];
      parameter_openapi_schema: { properties: object };
    }>('GET', `/deployments/${made.id}`);
    expect(stored.entrypoint).toBe('test/flows/counter.ts:counter');
    expect(stored.path).toBe(process.cwd());
    expect(stored.schedules[0]!.schedule).toMatchObject({ cron: '0 * * * *', timezone: 'Europe/Berlin' });
    expect(stored.parameter_openapi_schema.properties).toMatchObject({
      to: { type: 'integer', default: 3, position: 0 },
    });
  });

  it('says what becomes of missed runs, and keeps what was said where it says nothing', async () => {
    type Stored = { schedules: { schedule: { cron?: string }; catch_up?: string | number }[] };
    const policies = async (id: string) =>
      (await account.api<Stored>('GET', `/deployments/${id}`)).schedules
        .map(({ schedule, catch_up }) => [schedule.cron, catch_up])
        .sort();
    const schedules = [{ cron: '0 1 * * *' }, { cron: '0 2 * * *', catchUp: { withinSeconds: 3_600 } }];
    const made = await counter.deploy({ name: 'missed', workPool: 'local', catchUp: 'latest', schedules });
    const said = [
      ['0 1 * * *', 'latest'],
      ['0 2 * * *', 3_600],
    ];
    expect(await policies(made.id)).toEqual(said);
    await counter.deploy({ name: 'missed', workPool: 'local', schedules: schedules.map(({ cron }) => ({ cron })) });
    expect(await policies(made.id)).toEqual(said);
  });

  it('of a cron string that no date fits is refused with words', async () => {
    await expect(counter.deploy({ name: 'never', workPool: 'local', cron: '0 0 31 2 *' })).rejects.toThrow(
      /would never fire: no date fits the cron string "0 0 31 2 \*"/,
    );
  });

  it('deployed again, changes in what is named alone, and says which schedules that takes away', async () => {
    const said: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    const again = (more: object) => counter.deploy({ name: 'kept', workPool: 'local', ...more });
    const { id } = await again({ cron: '0 8 * * *', parameters: { to: 5 }, tags: ['a'], concurrencyLimit: 2 });
    await account.api('PATCH', `/deployments/${id}`, { description: 'by hand', enforce_parameter_schema: false });
    await account.api('POST', `/deployments/${id}/schedules`, [{ schedule: { interval: 60 } }]);
    const stored = () => account.api<Record<string, unknown>>('GET', `/deployments/${id}`);
    const { updated: _, updated_by: __, ...before } = await stored();
    await again({});
    expect(await stored()).toMatchObject(before);
    await again({ interval: 60, concurrencyLimit: null });
    expect(await stored()).toMatchObject({ parameters: { to: 5 }, concurrency_limit: null });
    await again({ schedules: [] });
    write.mockRestore();
    const words = said.map((line) => /^Deployed counter\/kept to work pool local(.*?): http/.exec(line)?.[1]);
    expect(words).toEqual(['', '', ', removed 1 schedule', ', removed 1 schedule']);
    expect((await stored())['schedules']).toEqual([]);
  });

  it.each([
    [{ cron: 'never' }, /Invalid cron string: "never"/],
    [{ cron: '0 8 * * *', timezone: 'Europe/Atlantis' }, /Invalid timezone: "Europe\/Atlantis"/],
    [{ interval: -5 }, /interval must be positive/],
    [{ interval: 'soon' }, /interval: expected number/],
    [{ cron: '0 8 * * *', catchUp: 'some' }, /catchUp: must be 'all', 'latest', 'none'/],
    [{ cron: '0 8 * * *', catchUp: { withinSeconds: 0 } }, /catchUp: must be .* from 1 to 31,622,400/],
    [{ schedules: [{ cron: '0 8 * * *', interval: 60 }] }, /schedules\.0: A schedule has one of cron, interval/],
    [{ schedules: [{ cron: '0 8 * * *' }, { rrule: 'FREQ=OFTEN' }] }, /schedules\.1: rrule: /],
    [{ workpool: 'local' }, /Unrecognized key: "workpool"/],
    [{ concurrencyLimit: 0 }, /concurrencyLimit: /],
  ])('that is asked for with %j is refused in words before the server is asked', async (more, words) => {
    const mistaken = { name: 'x', workPool: 'nowhere', ...(more as object) };
    await expect(counter.deploy(mistaken)).rejects.toThrow(words);
    await expect(counter.deploy(mistaken)).rejects.toThrow(/^counter\.deploy\(\): /);
  });

  it('can be made by the file of the flow itself', async () => {
    const script = start('deploys-itself.ts');
    await script.ended;
    const names = [...script.text().matchAll(/^test\/flows\/deploys-itself\.ts:(.*)$/gm)].map(([, name]) => name);
    expect(names).toEqual(['selfish', 'ingest', 'runMe', 'quick', 'default']);
  });

  it('of a flow that is not exported says so, and leaves no flow behind', async () => {
    const inside = flow(() => 'in', { name: 'of nobody' });
    await expect(inside.deploy({ name: 'x', workPool: 'local' })).rejects.toThrow(
      /No export of .*deploy\.test\.ts could be told to be flow of nobody.*export const/,
    );
    const flows = await account.api<{ name: string }[]>('POST', '/flows/filter', {});
    expect(flows.map((each) => each.name)).not.toContain('of nobody');
  });

  it('that the server refuses leaves no flow behind', async () => {
    const never = { name: 'x', entrypoint: 'x.ts:x', cron: '0 0 31 2 *' };
    const refused = flow(() => 1, { name: 'refused' });
    await expect(refused.deploy({ ...never, workPool: 'local' })).rejects.toThrow(/would never fire/);
    await expect(refused.serve(never)).rejects.toThrow(/would never fire/);
    const flows = await account.api<{ name: string }[]>('POST', '/flows/filter', {});
    expect(flows.map((each) => each.name)).not.toContain('refused');
  });

  it('of a missing pool says how to make the pool', async () => {
    await expect(other.deploy({ name: 'x', workPool: 'nowhere' })).rejects.toThrow(/agent work-pool create nowhere/);
  });

  it('runs under the id of its run, in the process of an agent', async () => {
    await counter.deploy({ name: 'once', workPool: 'local' });
    const run = await due('counter/once', { to: 2 });
    const state = await executeFlowRun({ entrypoint: 'test/flows/counter.ts:counter', flowRunId: run.id });
    expect([state!.type, state!.data]).toEqual(['COMPLETED', 2]);
    expect((await account.api<{ state_name: string }>('GET', `/flow_runs/${run.id}`)).state_name).toBe('Completed');
  });

  it('crashes its run when its entrypoint names no flow', async () => {
    const wrong = await due('counter/once', { to: 3 });
    await expect(executeFlowRun({ entrypoint: 'test/flows/counter.ts:nothing', flowRunId: wrong.id })).rejects.toThrow(
      /exports counter, other, sleeper/,
    );
    const stored = await account.api<{ state_type: string; state: { message: string } }>(
      'GET',
      `/flow_runs/${wrong.id}`,
    );
    expect(stored.state_type).toBe('CRASHED');
    expect(stored.state.message).toMatch(/could not be loaded/);
  });

  it('leaves its run alone when another process holds it', async () => {
    const run = await due('counter/once');
    const agent = { agent_id: '018f0000-0000-7000-8000-000000000001', agent_name: 'a', wait_seconds: 5 };
    const { runs } = await until('the claim', async () => {
      const claim = await account.api<{ runs: { claim_id: string; flow_run: { id: string } }[] }>(
        'POST',
        '/headgate/work_pools/local/claim',
        { ...agent, limit: 10 },
      );
      return claim.runs.some((each) => each.flow_run.id === run.id) && claim;
    });
    const { claim_id: claimId } = runs.find((each) => each.flow_run.id === run.id)!;
    const entrypoint = 'test/flows/counter.ts:counter';
    expect(
      await executeFlowRun({ entrypoint, flowRunId: run.id, claimId: '018f0000-0000-7000-8000-00000000ffff' }),
    ).toBeNull();
    expect((await executeFlowRun({ entrypoint, flowRunId: run.id, claimId }))!.type).toBe('COMPLETED');
  });

  it('leaves the process while it is suspended, and goes on in another when it is resumed', async () => {
    await sleeper.deploy({ name: 'once', workPool: 'local' });
    const run = await due('sleeper/once');
    const entrypoint = 'test/flows/counter.ts:sleeper';
    expect((await executeFlowRun({ entrypoint, flowRunId: run.id }))!.type).toBe('PAUSED');
    expect((await account.api<{ state_name: string }>('GET', `/flow_runs/${run.id}`)).state_name).toBe('Suspended');
    const first = await taskRunsOf(account, run.id);
    await resumeFlowRun(run.id);
    expect((await executeFlowRun({ entrypoint, flowRunId: run.id }))!.data).toBe('awake');
    const all = await taskRunsOf(account, run.id);
    expect(all.map((each) => each.name)).toEqual(['tick-0', 'nap-0', 'tick-0', 'nap-0']);
    expect(all.slice(0, 2)).toEqual(first);
    const spoke = (await logsOf(account, run.id)).filter((line) => line.message === 'tick 1');
    expect(spoke.map((line) => line.task_run_id)).toEqual([all[0]!.id, all[2]!.id]);
    expect((await runsOf(account, 'nap')).map((nap) => nap.parent_task_run_id)).toEqual([all[1]!.id, all[3]!.id]);
    expect((await account.api<{ run_count: number }>('GET', `/flow_runs/${run.id}`)).run_count).toBe(1);
  });

  it('stops at SIGTERM when its run was cancelled', async () => {
    const run = await due('counter/once', { to: 1000 });
    const agent = start('as-agent.ts', { HEADGATE_FLOW_RUN_ID: run.id });
    await until(
      'the run',
      async () => (await account.api<{ state_type: string }>('GET', `/flow_runs/${run.id}`)).state_type === 'RUNNING',
    );
    await account.api('POST', `/flow_runs/${run.id}/set_state`, { state: { type: 'CANCELLING' } });
    agent.child.kill('SIGTERM');
    await agent.ended;
    expect((await account.api<{ state_name: string }>('GET', `/flow_runs/${run.id}`)).state_name).toBe('Cancelled');
    expect(agent.text()).toContain('cleaned up');
  });

  it('has crashed when its process is told to end without a cancellation', async () => {
    const run = await due('counter/once', { to: 1000 });
    const agent = start('as-agent.ts', { HEADGATE_FLOW_RUN_ID: run.id });
    await until(
      'the run',
      async () => (await account.api<{ state_type: string }>('GET', `/flow_runs/${run.id}`)).state_type === 'RUNNING',
    );
    agent.child.kill('SIGTERM');
    await agent.ended;
    expect((await account.api<{ state_type: string }>('GET', `/flow_runs/${run.id}`)).state_type).toBe('CRASHED');
  });

  it('is not run with a parameter that its flow does not have, and tells those that it has', async () => {
    const { id } = await counter.deploy({ name: 'strict', workPool: 'local' });
    const called = runDeployment('counter/strict', { parameters: { too: 4 }, timeoutSeconds: 0 });
    await expect(called).rejects.toThrow(
      /^counter\/strict: The flow has no parameter "too"\. Its parameters: .*\bto\b/,
    );
    const filter = { deployments: { id: { any_: [id] } } };
    expect(await account.api('POST', '/flow_runs/filter', filter)).toEqual([]);
    await account.api('PATCH', `/deployments/${id}`, { enforce_parameter_schema: false });
    const run = await runDeployment('counter/strict', { parameters: { too: 4 }, timeoutSeconds: 0 });
    expect(run.parameters).toMatchObject({ too: 4 });
  });

  it('that refuses to run in a flow leaves no task run that waits for it', async () => {
    await counter.deploy({ name: 'refuses', workPool: 'local' });
    const calls = flow(() => runDeployment('counter/refuses', { parameters: { to: 'many' }, timeoutSeconds: 0 }), {
      name: 'calls in vain',
    });
    await expect(calls()).rejects.toThrow(/409|422/);
    const [run] = await runsOf(account, 'calls in vain');
    const [standIn] = await taskRunsOf(account, run!.id);
    expect(standIn).toMatchObject({ name: 'counter/refuses-0', state_type: 'FAILED' });
  });

  it('that a flow runs twice has a task run in its graph for each', async () => {
    await counter.deploy({ name: 'strict', workPool: 'local' });
    const call = () => runDeployment('counter/strict', { timeoutSeconds: 0 });
    const calls = flow(async () => [await call(), await call()], { name: 'calls twice' });
    const parentOf = async ({ id }: { id: string }) =>
      (await account.api<{ parent_task_run_id: string }>('GET', `/flow_runs/${id}`)).parent_task_run_id;
    const parents = await Promise.all((await calls()).map(parentOf));
    const [run] = await runsOf(account, 'calls twice');
    const standIns = await taskRunsOf(account, run!.id);
    expect(standIns.map(({ name }) => name).sort()).toEqual(['counter/strict-0', 'counter/strict-1']);
    expect(standIns.map(({ id }) => id).sort()).toEqual(parents.sort());
  });

  it('is served by a process, which other flows can call, and rests when that process ends', async () => {
    const server = start('serve.ts');
    await until('the server', () => server.text().includes('Serving'));
    const run = await runDeployment('counter/served', { parameters: { to: 4 }, timeoutSeconds: 120 });
    expect(run.state_type).toBe('COMPLETED');
    const long = await due('counter/served', { to: 1000 });
    await until(
      'the long run',
      async () => (await account.api<{ state_type: string }>('GET', `/flow_runs/${long.id}`)).state_type === 'RUNNING',
    );
    await account.api('POST', `/flow_runs/${long.id}/set_state`, { state: { type: 'CANCELLING' } });
    await until(
      'its end',
      async () =>
        (await account.api<{ state_type: string }>('GET', `/flow_runs/${long.id}`)).state_type === 'CANCELLED',
    );
    server.child.kill('SIGTERM');
    const [code] = await server.ended;
    expect(code).toBe(0);
    expect((await account.api<{ paused: boolean }>('GET', '/deployments/name/counter/served')).paused).toBe(true);
    expect(await runsOf(account, 'counter')).not.toHaveLength(0);
  });
});
