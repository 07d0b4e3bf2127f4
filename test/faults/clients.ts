import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestAccount } from '@headgate/testkit';

/** What the system has acknowledged: the promises that it is held to. */
export class Promises {
  /** Run by idempotency key, and the state type in which it was left. */
  readonly runs = new Map<string, { id: string; end: string }>();
  readonly logs = new Set<string>();
  readonly events = new Set<string>();
  /** Every execution that an agent began: run and claim. */
  readonly executions: { run: string; claim: string }[] = [];
  readonly asked = new Set<string>();
}

type Answer = { status: number; body: any };
const pauseMs = 100;

/** Clients that send again until they are answered, as real ones do. */
export class Clients {
  over = false;
  drained = false;
  readonly promises = new Promises();
  private readonly running: Promise<void>[] = [];

  constructor(private readonly account: TestAccount) {}

  /** Until something other than "later" is answered. */
  async insist(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    for (; ; await sleep(pauseMs)) {
      const answer = await this.account.call<any>(method, path, body, headers).catch(() => null);
      if (answer && answer.status < 500 && answer.status !== 429) return answer;
    }
  }

  /** `asked` is a deployment that the agents in here serve, `commands`, where there is one, one that a real agent serves. */
  start(flowId: string, { asked, commands }: { asked: string; commands?: string }): void {
    for (let at = 0; at < 6; at++) this.run((turn) => this.lifecycle(flowId, `life-${at}-${turn}`));
    for (let at = 0; at < 2; at++) this.run((turn) => this.ask(asked, `ask-${at}-${turn}`));
    if (commands)
      this.run((turn) => this.ask(commands, `command-${turn}`, { retries: 50, retry_delay: 0 }).then(() => sleep(500)));
    for (let at = 0; at < 2; at++) this.run((turn) => this.say(`log-${at}-${turn}`));
    this.run(() => this.tell());
    for (let at = 0; at < 3; at++) this.run(() => this.holdSlot());
    for (let at = 0; at < 2; at++) this.running.push(this.agent(`agent-${at}`));
  }

  async ended(): Promise<void> {
    await Promise.all(this.running);
  }

  private run(once: (turn: number) => Promise<void>): void {
    const all = async () => {
      for (let turn = 0; !this.over; turn++) await once(turn);
    };
    this.running.push(all());
  }

  /** Creates a run and takes it through its states; the same transition is sent again with the same id. */
  private async lifecycle(flowId: string, key: string): Promise<void> {
    const draft = { flow_id: flowId, idempotency_key: key, state: { type: 'PENDING' } };
    const created = await this.insist('POST', '/flow_runs/', draft);
    if (created.status > 201) throw new Error(`create: ${created.status} ${JSON.stringify(created.body)}`);
    const { id } = created.body as { id: string };
    this.promises.runs.set(key, { id, end: 'PENDING' });
    for (const type of ['RUNNING', key.endsWith('3') ? 'FAILED' : 'COMPLETED']) {
      await this.propose(id, type);
      this.promises.runs.set(key, { id, end: type });
    }
  }

  private async propose(id: string, type: string, headers?: Record<string, string>): Promise<string> {
    const state = { type, state_details: { transition_id: randomUUID() } };
    const { status, body } = await this.insist('POST', `/flow_runs/${id}/set_state`, { state }, headers);
    if (status > 201) throw new Error(`set_state ${type}: ${status} ${JSON.stringify(body)}`);
    if (body.status !== 'ACCEPT' && body.state?.type !== type && !headers)
      throw new Error(`set_state ${type}: ${JSON.stringify(body)}`);
    return body.status === 'ACCEPT' || body.state?.type === type ? 'ACCEPT' : body.status;
  }

  private async ask(deploymentId: string, key: string, policy: object = {}): Promise<void> {
    const { status, body } = await this.insist('POST', `/deployments/${deploymentId}/create_flow_run`, {
      idempotency_key: key,
      empirical_policy: policy,
    });
    if (status > 201) throw new Error(`create_flow_run: ${status} ${JSON.stringify(body)}`);
    this.promises.asked.add(body.id);
  }

  /** Takes runs, runs them under their claims, and drops those that it has lost. */
  private async agent(agent_name: string): Promise<void> {
    const agent_id = randomUUID();
    while (!this.drained) {
      const wanted = { agent_name, agent_id, limit: 5, wait_seconds: 1, lease_seconds: 10 };
      const { body } = await this.insist('POST', '/headgate/work_pools/yard/claim', wanted);
      for (const { claim_id, flow_run } of body.runs as { claim_id: string; flow_run: { id: string } }[]) {
        const headers = { 'x-headgate-claim': claim_id };
        this.promises.executions.push({ run: flow_run.id, claim: claim_id });
        if ((await this.propose(flow_run.id, 'RUNNING', headers)) === 'ACCEPT')
          await this.propose(flow_run.id, 'COMPLETED', headers);
      }
    }
  }

  private async say(text: string): Promise<void> {
    const lines = Array.from({ length: 20 }, (_, at) => `${text}-${at}`);
    const timestamp = new Date().toISOString();
    const body = lines.map((message) => ({ name: 'faults', level: 20, message, timestamp }));
    const { status } = await this.insist('POST', '/logs/', body);
    if (status !== 201) throw new Error(`logs: ${status}`);
    for (const line of lines) this.promises.logs.add(line);
  }

  private async tell(): Promise<void> {
    const ids = Array.from({ length: 10 }, () => randomUUID());
    const occurred = new Date().toISOString();
    const resource = { 'prefect.resource.id': 'faults.thing' };
    const { status } = await this.insist(
      'POST',
      '/events',
      ids.map((id) => ({ id, occurred, event: 'faults.happened', resource })),
    );
    if (status !== 204) throw new Error(`events: ${status}`);
    for (const id of ids) this.promises.events.add(id);
  }

  private async holdSlot(): Promise<void> {
    const wanted = { names: ['slots'], slots: 1, mode: 'concurrency', lease_duration: 60 };
    const taken = await this.insist('POST', '/v2/concurrency_limits/increment-with-lease', wanted);
    if (taken.status !== 200) return sleep(pauseMs);
    await this.insist('POST', '/v2/concurrency_limits/decrement-with-lease', { lease_id: taken.body.lease_id });
  }
}
