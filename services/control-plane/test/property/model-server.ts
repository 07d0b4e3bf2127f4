import type { Answer, Http } from './http.js';
import { judge, write, type ModelDeployment, type ModelRun, type ModelState } from './model.js';

const titleOf = (type: string): string => type[0] + type.slice(1).toLowerCase();

type Body = Record<string, never>;
type Proposal = { type: string; name?: string; data?: unknown; state_details?: Record<string, unknown> };

/** The few routes that a sequence uses, answered out of the model: what it plays here is what it should play anywhere. */
export function modelServer(userAgent: string): Http {
  const renews = userAgent.startsWith('prefect/3.8');
  const runs = new Map<string, ModelRun>();
  const deployments = new Map<string, ModelDeployment>();
  let ids = 0;

  const routes: [string, RegExp, (id: string, body: Body) => Answer][] = [
    ['POST', /^\/flows\/$/, () => ok({ id: 'flow' })],
    ['POST', /^\/deployments\/$/, (_, body) => ok(addDeployment(body))],
    [
      'PATCH',
      /^\/v2\/concurrency_limits\/deployment:(.+)$/,
      (id, body) => {
        deployments.get(id)!.limit = body['limit']!;
        return none;
      },
    ],
    ['GET', /^\/v2\/concurrency_limits\/deployment:(.+)$/, (id) => ok({ active_slots: deployments.get(id)!.used })],
    ['POST', /^\/v2\/concurrency_limits\/decrement-with-lease$/, (_, body) => dropLease(body['lease_id']!)],
    ['POST', /^\/flow_runs\/$/, (_, body) => ({ status: 201, body: toJson(addRun(body)) })],
    ['POST', /^\/flow_runs\/(.+)\/set_state$/, (id, body) => setState(id, toState(body['state']!), body['force']!)],
    ['POST', /^\/flow_runs\/(.+)\/resume$/, (id, body) => resume(id, body['run_input'] ?? {})],
    ['POST', /^\/flow_runs\/(.+)\/input$/, () => none],
    [
      'PATCH',
      /^\/flow_runs\/(.+)$/,
      (id, body) =>
        ofRun(id, (run) => {
          run.pid = body['infrastructure_pid']!;
          return none;
        }),
    ],
    [
      'DELETE',
      /^\/flow_runs\/(.+)$/,
      (id) =>
        ofRun(id, (run) => {
          if (run.slot === 'held') run.deployment!.used--;
          runs.delete(id);
          return none;
        }),
    ],
    ['GET', /^\/flow_runs\/(.+)$/, (id) => ofRun(id, (run) => ok(toJson(run)))],
  ];

  const ofRun = (id: string, work: (run: ModelRun) => Answer): Answer => {
    const run = runs.get(id);
    return run ? work(run) : { status: 404, body: {} };
  };

  function addDeployment(body: Body): ModelDeployment {
    const limit = (body['concurrency_limit'] as number | undefined) ?? null;
    const options = body['concurrency_options'] as { collision_strategy: 'ENQUEUE' } | undefined;
    const deployment = { id: `d${ids++}`, strategy: options?.collision_strategy ?? 'ENQUEUE', limit, used: 0 } as const;
    deployments.set(deployment.id, deployment);
    return deployment;
  }

  function addRun(body: Body): ModelRun {
    const policy = body['empirical_policy']! as { retries: number | null };
    const state = toState(body['state']! as Proposal);
    const run: ModelRun = {
      id: `r${ids++}`,
      deployment: deployments.get(body['deployment_id']!) ?? null,
      state: { type: 'NONE', name: '', data: null, details: {} },
      policy: { retries: policy.retries, keys: [], resuming: false, retryType: null },
      count: 0,
      started: false,
      ended: false,
      pid: null,
      slot: 'none',
    };
    write(run, { status: 'ACCEPT', writes: state }, { force: true, renews });
    runs.set(run.id, run);
    return run;
  }

  const setState = (id: string, to: ModelState, force: boolean): Answer =>
    ofRun(id, (run) => {
      const verdict = judge(run, to, force, renews);
      if (verdict.writes) write(run, verdict, { force, renews });
      const type = { ACCEPT: 'accept', REJECT: 'reject', ABORT: 'abort', WAIT: 'wait' }[verdict.status];
      const details = { type: `${type}_details`, reason: verdict.reason };
      return { status: verdict.writes ? 201 : 200, body: { status: verdict.status, details, state: run.state } };
    });

  const resume = (id: string, input: Record<string, unknown>): Answer =>
    ofRun(id, ({ state }) => {
      const abort = (status: string, reason: string): Answer =>
        ok({ status, details: { type: 'abort_details', reason }, state });
      if (state.type !== 'PAUSED') return abort('ABORT', 'Cannot resume a flow run that is not paused.');
      const wrong = state.details['run_input_keyset'] && wrongInput(input);
      if (wrong) return abort('REJECT', `Reason: ${wrong}`);
      const next = state.details['pause_reschedule'] ? { type: 'SCHEDULED', name: 'Resuming' } : { type: 'RUNNING' };
      return setState(id, toState(next), false);
    });

  function dropLease(id: string): Answer {
    const run = runs.get(id)!;
    if (run.slot === 'held') {
      run.slot = 'lost';
      run.deployment!.used--;
    }
    return none;
  }

  return (method, path, body) => {
    for (const [verb, pattern, answer] of routes) {
      const match = verb === method && pattern.exec(path);
      if (match) return Promise.resolve(answer(match[1] ?? '', body as Body));
    }
    throw new Error(`the model has no ${method} ${path}`);
  };
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const none: Answer = { status: 204, body: null };

const toState = ({ type, name, data, state_details }: Proposal): ModelState => ({
  type,
  name: name ?? titleOf(type),
  data: data ?? null,
  details: { ...state_details },
});

function wrongInput({ n }: Record<string, unknown>): string | null {
  if (n === undefined) return "Validation failed. Failure reason: 'n' is a required property";
  return typeof n === 'number'
    ? null
    : `Validation failed for field 'n'. Failure reason: '${n}' is not of type 'integer'`;
}

/** What a sequence looks at. The lease's id is the run's. */
const toJson = ({ id, state, policy, count, started, ended, deployment, slot }: ModelRun) => ({
  id,
  deployment_id: deployment?.id ?? null,
  state_type: state.type,
  state_name: state.name,
  run_count: count,
  start_time: started || null,
  end_time: ended || null,
  next_scheduled_start_time: state.type === 'SCHEDULED' || null,
  empirical_policy: { pause_keys: policy.keys, resuming: policy.resuming, retry_type: policy.retryType },
  state: {
    ...state,
    state_details: { ...state.details, deployment_concurrency_lease_id: slot === 'none' ? null : id },
  },
});
