import {
  createMarkdownArtifact,
  createProgressArtifact,
  createTableArtifact,
  emitEvent,
  flow,
  getRunLogger,
  pauseFlowRun,
  resumeFlowRun,
  getRunContext,
  task,
  updateProgressArtifact,
} from '@headgate/sdk';
import { until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connected, logsOf, runsOf, taskRunsOf } from './system.js';

let system: TestSystem;
let account: TestAccount;
beforeAll(async () => void ({ system, account } = await connected()));
afterAll(() => system?.stop());

const only = async (name: string) => (await runsOf(account, name))[0]!;

describe('a flow with a control plane', () => {
  it('tells of its run, its tasks with their inputs, and its logs before it returns', async () => {
    const make = task((n: number) => ({ n }), { name: 'make', tags: ['tagged'] });
    const use = task(
      (made: { n: number }) => {
        console.log('used', made.n);
        return made.n;
      },
      { name: 'use' },
    );
    const told = flow(
      async ({ n }: { n: number }) => {
        getRunLogger().warn('begin');
        return use(await make(n));
      },
      { name: 'told', logPrints: true, tags: ['of-flow'] },
    );
    expect(await told({ n: 3 })).toBe(3);
    const run = await only('told');
    expect([run.state_name, run.parameters, run.run_count]).toEqual(['Completed', { n: 3 }, 1]);
    const [made, used] = await taskRunsOf(account, run.id);
    expect([made!.name, made!.state_name, used!.name, used!.state_name]).toEqual([
      'make-0',
      'Completed',
      'use-0',
      'Completed',
    ]);
    expect(made!.tags.sort()).toEqual(['of-flow', 'tagged']);
    expect(used!.task_inputs['made']).toEqual([{ input_type: 'task_run', id: made!.id }]);
    const logs = await logsOf(account, run.id);
    expect(logs.map((line) => line.message)).toEqual(expect.arrayContaining(['begin', 'used 3']));
    expect(logs.find((line) => line.message === 'used 3')!.task_run_id).toBe(used!.id);
  });

  it('keeps every state of a task that was tried again', async () => {
    let tries = 0;
    const flaky = task(
      () => {
        if (tries++ === 0) throw new Error('first');
      },
      { name: 'flaky', retries: 1, retryDelaySeconds: 0.01 },
    );
    await flow(() => flaky(), { name: 'retries-of-task' })();
    const [row] = await taskRunsOf(account, (await only('retries-of-task')).id);
    const states = await account.api<{ name: string }[]>('GET', `/task_run_states/?task_run_id=${row!.id}`);
    expect(states.map((state) => state.name)).toEqual(['Pending', 'Running', 'AwaitingRetry', 'Retrying', 'Completed']);
    expect(row!.run_count).toBe(2);
  });

  it('is tried again by decision of the control plane', async () => {
    let tries = 0;
    const again = flow(
      () => {
        if (tries++ === 0) throw new Error('first');
        return 'second';
      },
      { name: 'again', retries: 1 },
    );
    expect(await again()).toBe('second');
    const run = await only('again');
    expect([run.state_name, run.run_count]).toEqual(['Completed', 2]);
  });

  it('fails for good when its retry condition says so', async () => {
    const picky = flow(
      () => {
        throw new Error('bad input');
      },
      { name: 'picky', retries: 3, retryCondition: () => false },
    );
    await expect(picky()).rejects.toThrow('bad input');
    const run = await only('picky');
    expect([run.state_name, run.run_count, run.state.message]).toEqual(['Failed', 1, 'Error: bad input']);
  });

  it('tells in its log where an error was thrown, and in its state only what it says', async () => {
    const breaks = task(
      () => {
        throw new Error('no such pump', { cause: new RangeError('pump 7') });
      },
      { name: 'breaks' },
    );
    const broken = flow(async () => void (await breaks()), { name: 'broken' });
    await expect(broken()).rejects.toThrow('no such pump');
    const run = await only('broken');
    expect(run.state.message).toBe('Error: no such pump');
    const told = (await logsOf(account, run.id)).map((line) => line.message).filter((text) => text.startsWith('Ended'));
    expect(told).toHaveLength(2);
    for (const text of told) {
      expect(text).toMatch(
        /^Ended Failed: Error: no such pump\n +at .*wire\.test\.ts:\d+[\s\S]*Caused by RangeError: pump 7\n +at .*wire\.test/,
      );
      expect(text).not.toMatch(/sdk\/src|[( ]node:/);
    }
  });

  it('shows a flow inside of it as a task run', async () => {
    const inner = flow(() => 'in', { name: 'inner' });
    await flow(() => inner(), { name: 'outer' })();
    const parent = await only('outer');
    const [dummy] = await taskRunsOf(account, parent.id);
    expect([dummy!.name, dummy!.state_name]).toEqual(['inner-0', 'Completed']);
    expect((await only('inner')).parent_task_run_id).toBe(dummy!.id);
  });

  it('stops when it was cancelled from outside and says so', async () => {
    const cancelled = flow(
      async () => {
        await account.api('POST', `/flow_runs/${getRunContext().flowRunId}/set_state`, {
          state: { type: 'CANCELLING' },
        });
      },
      { name: 'cancelled' },
    );
    const state = await cancelled.run(undefined, { returnState: true });
    expect(state.type).toBe('CANCELLED');
    expect((await only('cancelled')).state_name).toBe('Cancelled');
  });

  it('rests while it is paused', async () => {
    const paused = flow(
      async () => {
        await pauseFlowRun({ timeoutSeconds: 20 });
        return 'resumed';
      },
      { name: 'paused' },
    );
    const result = paused();
    const run = await until('the pause', async () =>
      (await runsOf(account, 'paused')).find((each) => each.state_name === 'Paused'),
    );
    await resumeFlowRun(run.id);
    expect(await result).toBe('resumed');
  });

  it('publishes artifacts and events', async () => {
    const publish = flow(
      async () => {
        await createTableArtifact({ key: 'rows', table: [{ a: 1 }] });
        await createMarkdownArtifact({ key: 'note', markdown: '# Note' });
        const bar = await createProgressArtifact({ key: 'bar', progress: 0 });
        await updateProgressArtifact(bar, { progress: 50 });
        emitEvent({ event: 'sdk.tested', resource: { 'prefect.resource.id': 'sdk.test' } });
      },
      { name: 'publisher' },
    );
    await publish();
    const { id } = await only('publisher');
    const artifacts = await account.api<{ key: string; type: string; data: unknown }[]>('POST', '/artifacts/filter', {
      artifacts: { flow_run_id: { any_: [id] } },
      sort: 'KEY_ASC',
    });
    expect(artifacts.map(({ key, type }) => `${key} ${type}`)).toEqual(['bar progress', 'note markdown', 'rows table']);
    expect(artifacts[0]!.data).toBe(50);
    await until(
      'the event',
      async () =>
        (
          await account.api<{ events: unknown[] }>('POST', '/events/filter', {
            filter: { event: { name: ['sdk.tested'] } },
          })
        ).events.length === 1,
    );
  });
});
