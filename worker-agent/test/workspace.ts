import { isTerminal, type StateType } from '@headgate/contracts';
import { until, type TestAccount } from '@headgate/testkit';
import type { FlowRunJson, LogJson } from '../src/api/wire.js';

type State = { type: StateType; name: string; message: string | null; timestamp: string };

/** Makes and asks things of a workspace, over the wire. */
export class Workspace {
  constructor(private readonly account: TestAccount) {}

  /** Answers the id. The deployment's full name is `flow/name`. */
  async deploy(fullName: string, fields: Record<string, unknown>, pool = 'main'): Promise<string> {
    const [flowName, name] = fullName.split('/');
    const flow = await this.account.api<{ id: string }>('POST', '/flows/', { name: flowName });
    const draft = { name, flow_id: flow.id, work_pool_name: pool, ...fields };
    return (await this.account.api<{ id: string }>('POST', '/deployments/', draft)).id;
  }

  deployCommand(fullName: string, command: string, pool = 'main'): Promise<string> {
    return this.deploy(fullName, { job_variables: { command } }, pool);
  }

  async startRun(deploymentId: string, fields: Record<string, unknown> = {}): Promise<string> {
    const state = { type: 'SCHEDULED', state_details: { scheduled_time: new Date().toISOString() } };
    return (
      await this.account.api<{ id: string }>('POST', `/deployments/${deploymentId}/create_flow_run`, {
        state,
        ...fields,
      })
    ).id;
  }

  getRun(id: string): Promise<FlowRunJson> {
    return this.account.api('GET', `/flow_runs/${id}`);
  }

  async untilState(id: string, type: StateType, secondsMax = 90): Promise<FlowRunJson> {
    return until(`run ${id} is ${type}`, () => this.look(id, (run) => run.state_type === type), secondsMax);
  }

  untilEnded(id: string, secondsMax = 90): Promise<FlowRunJson> {
    return until(`run ${id} has ended`, () => this.look(id, (run) => isTerminal(run.state_type)), secondsMax);
  }

  async statesOf(id: string): Promise<string[]> {
    return (await this.account.api<State[]>('GET', `/flow_run_states/?flow_run_id=${id}`)).map((state) => state.name);
  }

  async linesOf(id: string): Promise<string[]> {
    return (await this.logsOf(id)).map((line) => line.message);
  }

  async logsOf(id: string): Promise<LogJson[]> {
    const all: LogJson[] = [];
    for (let page = await this.page(id, 0); page.length > 0; page = await this.page(id, all.length)) all.push(...page);
    return all;
  }

  async cancel(id: string): Promise<void> {
    await this.account.api('POST', `/flow_runs/${id}/set_state`, { state: { type: 'CANCELLING' } });
  }

  /** Says it in the place of its process. */
  async complete(id: string): Promise<void> {
    await this.account.api('POST', `/flow_runs/${id}/set_state`, { state: { type: 'COMPLETED' }, force: true });
  }

  private page(id: string, offset: number): Promise<LogJson[]> {
    return this.account.api('POST', '/logs/filter', {
      logs: { flow_run_id: { any_: [id] } },
      sort: 'TIMESTAMP_ASC',
      limit: 200,
      offset,
    });
  }

  /** The control plane may be away in between. */
  private async look(id: string, is: (run: FlowRunJson) => boolean): Promise<FlowRunJson | null> {
    const run = await this.getRun(id).catch(() => null);
    return run && is(run) ? run : null;
  }
}
