import type { LogLine } from '../logging.js';
import type { ClientConfig } from './config.js';
import { request, type RequestOptions } from './http.js';
import type {
  ArtifactDraft,
  DeploymentDraft,
  DeploymentJson,
  EventJson,
  FlowDeploymentDraft,
  FlowRunDraft,
  FlowRunJson,
  Orchestration,
  StateProposal,
} from './wire.js';

export type Client = ReturnType<typeof createClient>;

const segment = encodeURIComponent;

/**
 * Calls the API of one workspace.
 *
 * @example
 * const client = createClient({ apiUrl: 'http://localhost:4200/api', apiKey: 'pnu_…' });
 * const run = await client.request<FlowRunJson>('GET', `/flow_runs/${id}`);
 */
export function createClient(config: { apiUrl: string; apiKey: string | null }) {
  const here: ClientConfig = { ...config, apiUrl: config.apiUrl.replace(/\/+$/, '') };
  const call = <T>(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<T> =>
    request<T>(here, method, path, body, options);
  return {
    config: here,
    /** Any call; `path` begins with `/`. Throws ApiError for refusals, UnreachableError when nobody answers. */
    request: call,
    createFlow: (name: string) => call<{ id: string; name: string }>('POST', '/flows/', { name }),
    readFlow: (id: string) => call<{ id: string; name: string }>('GET', `/flows/${id}`),
    createFlowRun: (draft: FlowRunDraft, { heartbeatSeconds = null }: Promised = {}) =>
      call<FlowRunJson>('POST', '/flow_runs/', draft, { headers: promising(heartbeatSeconds) }),
    readFlowRun: (id: string) => call<FlowRunJson>('GET', `/flow_runs/${id}`),
    cancellingAmong: (ids: string[]) =>
      call<FlowRunJson[]>('POST', '/flow_runs/filter', {
        flow_runs: { id: { any_: ids }, state: { type: { any_: ['CANCELLING'] } } },
      }),
    updateFlowRun: (id: string, changes: Record<string, unknown>) => call<null>('PATCH', `/flow_runs/${id}`, changes),
    /**
     * Give the state a `state_details.transition_id`: sent twice, it then counts once. `happenedMs` is when it happened, as
     * `Date.now()` said then: however late it is told, it stands at that time.
     */
    setFlowRunState: (
      id: string,
      state: StateProposal,
      {
        force = false,
        claimId = null as string | null,
        happenedMs = Date.now(),
        heartbeatSeconds = null,
        ...options
      }: { force?: boolean; claimId?: string | null; happenedMs?: number } & Promised & RequestOptions = {},
    ) =>
      call<Orchestration>(
        'POST',
        `/flow_runs/${id}/set_state`,
        { state, force },
        {
          ...options,
          headers: () => ({
            ...(claimId && ofClaim(claimId)),
            ...secondsSince(happenedMs),
            ...promising(heartbeatSeconds),
          }),
        },
      ),
    resumeFlowRun: (id: string, runInput?: Record<string, unknown>) =>
      call<Orchestration>('POST', `/flow_runs/${id}/resume`, { run_input: runInput ?? null }),
    createTaskRun: (draft: Record<string, unknown>) => call<{ id: string }>('POST', '/task_runs/', draft),
    failTaskRun: (id: string, message: string) =>
      call<Orchestration>('POST', `/task_runs/${id}/set_state`, { state: { type: 'FAILED', message } }),
    createLogs: (lines: LogLine[], options?: RequestOptions) => call<null>('POST', '/logs/', lines, options),
    createEvents: (events: EventJson[], options?: RequestOptions) => call<null>('POST', '/events', events, options),
    createArtifact: (draft: ArtifactDraft) => call<{ id: string }>('POST', '/artifacts/', draft),
    updateArtifact: (id: string, changes: { data?: unknown; description?: string }) =>
      call<null>('PATCH', `/artifacts/${id}`, changes),
    /** With its flow, where there is none of that name: both are made, or none. */
    deployFlow: (draft: FlowDeploymentDraft) => call<DeploymentJson>('POST', '/headgate/deployments', draft),
    createDeployment: (draft: DeploymentDraft) => call<DeploymentJson>('POST', '/deployments/', draft),
    updateDeployment: (id: string, changes: Record<string, unknown>) =>
      call<null>('PATCH', `/deployments/${id}`, changes),
    readDeploymentByName: (flow: string, deployment: string) =>
      call<DeploymentJson>('GET', `/deployments/name/${segment(flow)}/${segment(deployment)}`),
    createDeploymentRun: (id: string, body: Record<string, unknown>) =>
      call<FlowRunJson>('POST', `/deployments/${id}/create_flow_run`, body),
    scheduledRunsOf: (deploymentIds: string[], before: string, limit: number) =>
      call<FlowRunJson[]>('POST', '/deployments/get_scheduled_flow_runs', {
        deployment_ids: deploymentIds,
        scheduled_before: before,
        limit,
      }),
    readWorkPool: (name: string) => call<{ id: string; name: string }>('GET', `/work_pools/${segment(name)}`),
  };
}

/** Under whose claim this is said, and that the process of the run says it: what it has started may go on after it. */
const ofClaim = (id: string) => ({ 'x-headgate-claim': id, 'x-headgate-process': 'true' });

/** How far apart a process will tell that it lives: one that ends before it could is missed all the same. 0: it has ended. */
type Promised = { heartbeatSeconds?: number | null };
const promising = (seconds: number | null): Record<string, string> =>
  seconds === null ? {} : { 'x-headgate-heartbeat-seconds': String(seconds) };

/** The clocks of two machines differ: a span does not. What is told at once is told without. */
function secondsSince(ms: number): Record<string, string> {
  const seconds = (Date.now() - ms) / 1000;
  return seconds >= 0.5 ? { 'x-headgate-seconds-ago': seconds.toFixed(3) } : {};
}
