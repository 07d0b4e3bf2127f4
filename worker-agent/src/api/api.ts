import type { CheckedValuesJson } from '@headgate/contracts/rest/answers/screens';
import type { Connection } from '../settings/connection.js';
import { call, type Call } from './http.js';
import type {
  ClaimAnswer,
  DeploymentJson,
  FlowJson,
  FlowRunJson,
  JobTemplate,
  LogDraft,
  LogJson,
  ProposedState,
  RenewAnswer,
  SetStateAnswer,
  WorkPoolJson,
  WorkspaceJson,
} from './wire.js';

/** Under which claim something is said, and on which run. */
type Claim = { flowRunId: string; claimId: string };
const underClaim = (claim: Claim | null): Record<string, string> =>
  claim ? { 'x-headgate-run': claim.flowRunId, 'x-headgate-claim': claim.claimId } : {};

type Paging = { limit?: number; offset?: number };
type LogPage = Paging & { newestFirst?: boolean; between?: [string, string] };
const logPageMax = 200;

export type ClaimWish = {
  agentId: string;
  agentName: string;
  limit: number;
  waitSeconds: number;
  queueNames: string[];
  leaseSeconds: number;
};

/** The routes of one workspace that the agent and its commands use. Every call throws as `call` does. */
export class Api {
  constructor(readonly connection: Pick<Connection, 'apiUrl' | 'apiKey'>) {}

  request<T>(path: string, options?: Call): Promise<T> {
    return call<T>(`${this.connection.apiUrl}${path}`, this.connection.apiKey, options);
  }

  private post<T>(path: string, body: unknown = {}, options: Call = {}): Promise<T> {
    return this.request<T>(path, { ...options, method: 'POST', body });
  }

  // Agents

  claim(pool: string, wish: ClaimWish, signal: AbortSignal): Promise<ClaimAnswer> {
    const body = {
      agent_id: wish.agentId,
      agent_name: wish.agentName,
      limit: wish.limit,
      wait_seconds: wish.waitSeconds,
      work_queue_names: wish.queueNames,
      lease_seconds: wish.leaseSeconds,
    };
    return this.post(`/headgate/work_pools/${encodeURIComponent(pool)}/claim`, body, {
      signal,
      timeoutMs: (wish.waitSeconds + 10) * 1000,
    });
  }

  renewClaims(agentId: string, claimIds: string[], leaseSeconds: number): Promise<RenewAnswer> {
    return this.post(
      '/headgate/claims/renew',
      { agent_id: agentId, claim_ids: claimIds, lease_seconds: leaseSeconds },
      { timeoutMs: 10_000 },
    );
  }

  releaseClaims(agentId: string, claimIds: string[]): Promise<{ released: string[] }> {
    return this.post('/headgate/claims/release', { agent_id: agentId, claim_ids: claimIds }, { timeoutMs: 10_000 });
  }

  /** Says that what ran under these claims has ended before its time, and that nothing is left of it. */
  abandonClaims(agentId: string, claimIds: string[]): Promise<{ abandoned: string[] }> {
    return this.post('/headgate/claims/abandon', { agent_id: agentId, claim_ids: claimIds }, { timeoutMs: 10_000 });
  }

  /** Says that the agent asks for nothing more. */
  leave(pool: string, agentName: string, agentId: string): Promise<void> {
    const path = `/headgate/work_pools/${encodeURIComponent(pool)}/leave`;
    return this.post(path, { agent_name: agentName, agent_id: agentId }, { timeoutMs: 5_000 });
  }

  // Flow runs

  getFlowRun(id: string): Promise<FlowRunJson> {
    return this.request(`/flow_runs/${id}`);
  }

  listFlowRuns(filter: Record<string, unknown> & Paging): Promise<FlowRunJson[]> {
    return this.post('/flow_runs/filter', filter);
  }

  patchFlowRun(id: string, change: Record<string, unknown>): Promise<void> {
    return this.request(`/flow_runs/${id}`, { method: 'PATCH', body: change });
  }

  resumeFlowRun(id: string, runInput: Record<string, unknown> | null): Promise<SetStateAnswer> {
    return this.post(`/flow_runs/${id}/resume`, { run_input: runInput });
  }

  deleteFlowRun(id: string): Promise<void> {
    return this.request(`/flow_runs/${id}`, { method: 'DELETE' });
  }

  /**
   * `claimId` fences the report: it is refused when the run is in other hands by now. `happenedMs` is when it happened: a
   * span is told, for the clocks of two machines differ.
   */
  setState(
    id: string,
    state: ProposedState,
    { force = false, claimId, happenedMs }: { force?: boolean; claimId?: string; happenedMs?: number } = {},
  ): Promise<SetStateAnswer> {
    const secondsAgo = happenedMs === undefined ? 0 : (Date.now() - happenedMs) / 1000;
    const headers = {
      ...(claimId && underClaim({ flowRunId: id, claimId })),
      ...(secondsAgo >= 0.5 && { 'x-headgate-seconds-ago': secondsAgo.toFixed(3) }),
    };
    return this.post(`/flow_runs/${id}/set_state`, { state, force }, { headers });
  }

  /** As people do it: the state tells who it was. */
  cancelRun(id: string): Promise<SetStateAnswer> {
    return this.post(`/headgate/flow_runs/${id}/cancel`, {});
  }

  suspendRun(id: string): Promise<SetStateAnswer> {
    return this.post(`/headgate/flow_runs/${id}/suspend`, {});
  }

  retryRun(id: string): Promise<SetStateAnswer> {
    return this.post(`/headgate/flow_runs/${id}/retry`, {});
  }

  /** With a claim, what a copy that others have overtaken says of its run is left out. */
  writeLogs(lines: LogDraft[], claim: Claim | null): Promise<void> {
    return this.post('/logs/', lines, { headers: underClaim(claim) });
  }

  /** `between` are two times, both included. */
  listLogs(
    flowRunId: string,
    { limit = logPageMax, offset = 0, newestFirst = false, between }: LogPage = {},
  ): Promise<LogJson[]> {
    const [after_, before_] = between ?? [];
    const logs = { flow_run_id: { any_: [flowRunId] }, ...(between ? { timestamp: { after_, before_ } } : {}) };
    return this.post('/logs/filter', { logs, limit, offset, sort: newestFirst ? 'TIMESTAMP_DESC' : 'TIMESTAMP_ASC' });
  }

  async allLogs(flowRunId: string, between?: [string, string]): Promise<LogJson[]> {
    const all: LogJson[] = [];
    while (true) {
      const page = await this.listLogs(flowRunId, { offset: all.length, ...(between ? { between } : {}) });
      all.push(...page);
      if (page.length < logPageMax) return all;
    }
  }

  async taskRunNames(ids: string[]): Promise<{ id: string; name: string }[]> {
    return ids.length === 0 ? [] : this.post('/task_runs/filter', { task_runs: { id: { any_: ids } } });
  }

  // Flows and deployments

  /** What a form of this schema would say of these values. */
  checkValues(schema: Record<string, unknown>, values: Record<string, unknown>): Promise<CheckedValuesJson> {
    return this.post('/ui/schemas/validate', { schema, values });
  }

  async hasFlow(name: string): Promise<boolean> {
    return (await this.post<FlowJson[]>('/flows/filter', { flows: { name: { any_: [name] } }, limit: 1 })).length > 0;
  }

  listFlows(ids: string[]): Promise<FlowJson[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.post('/flows/filter', { flows: { id: { any_: ids } } });
  }

  listDeployments(filter: Record<string, unknown> & Paging): Promise<DeploymentJson[]> {
    return this.post('/deployments/filter', filter);
  }

  getDeployment(id: string): Promise<DeploymentJson> {
    return this.request(`/deployments/${id}`);
  }

  getDeploymentByName(flow: string, name: string): Promise<DeploymentJson> {
    return this.request(`/deployments/name/${encodeURIComponent(flow)}/${encodeURIComponent(name)}`);
  }

  patchDeployment(id: string, change: Record<string, unknown>): Promise<void> {
    return this.request(`/deployments/${id}`, { method: 'PATCH', body: change });
  }

  runDeployment(
    id: string,
    draft: {
      parameters: Record<string, unknown>;
      name?: string;
      state: ProposedState;
      tags?: string[];
      idempotency_key?: string;
    },
  ): Promise<FlowRunJson> {
    return this.post(`/deployments/${id}/create_flow_run`, draft);
  }

  // Work pools

  listWorkPools(paging: Paging = {}): Promise<WorkPoolJson[]> {
    return this.post('/work_pools/filter', paging);
  }

  getWorkPool(name: string): Promise<WorkPoolJson> {
    return this.request(`/work_pools/${encodeURIComponent(name)}`);
  }

  /** Only whether it is there is asked for. */
  async refuseMissingQueue(pool: string, name: string): Promise<void> {
    await this.request(`/work_pools/${encodeURIComponent(pool)}/queues/${encodeURIComponent(name)}`);
  }

  createWorkPool(draft: {
    name: string;
    type: string;
    base_job_template?: JobTemplate;
    description?: string;
    concurrency_limit?: number;
  }): Promise<WorkPoolJson> {
    return this.post('/work_pools/', draft);
  }

  patchWorkPool(name: string, change: Record<string, unknown>): Promise<void> {
    return this.request(`/work_pools/${encodeURIComponent(name)}`, { method: 'PATCH', body: change });
  }

  deleteWorkPool(name: string): Promise<void> {
    return this.request(`/work_pools/${encodeURIComponent(name)}`, { method: 'DELETE' });
  }
}

type Me = { id: string; email: string; handle: string; first_name?: string; last_name?: string };

/** Routes above the workspaces. */
export const listMyWorkspaces = (server: string, apiKey: string): Promise<WorkspaceJson[]> =>
  call(`${server}/api/me/workspaces`, apiKey);
export const whoAmI = (server: string, apiKey: string): Promise<Me> => call(`${server}/api/me/`, apiKey);
