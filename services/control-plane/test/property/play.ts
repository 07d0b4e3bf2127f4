import { made, verdictOf, type Answer, type Http } from './http.js';
import { keyset, limited, repeats, states, type DeploymentName, type Sequence, type Step } from './sequence.js';

const inputSchema = {
  type: 'object',
  properties: { n: { type: 'integer' }, m: { type: 'integer', default: 7 } },
  required: ['n'],
};

const holding = ['PENDING', 'RUNNING', 'CANCELLING'];

type Report = { state: string; transition: string };

type World = {
  http: Http;
  flowId: string;
  deployments: Map<DeploymentName, string>;
  runs: string[];
  /** Runs that hold a slot of their deployment, because they took one. */
  holders: Set<string>;
  /** The report that brought a run where it stands. */
  heard: Map<string, Report>;
};

/** Plays a sequence; answers what was seen, one line per step, without ids and times. */
export async function play(http: Http, { steps }: Sequence): Promise<string[]> {
  const world = await build(http, steps);
  const seen: string[] = [];
  for (const [at, step] of steps.entries()) {
    const told = await act(world, step);
    seen.push(`${at} ${labelOf(step)}: ${told} | ${await look(world, step)}`);
  }
  return seen;
}

async function build(http: Http, steps: Step[]): Promise<World> {
  const { id: flowId } = await made(http('POST', '/flows/', { name: 'played' }));
  const names = new Set(steps.flatMap((step) => ('deployment' in step ? [step.deployment] : [])));
  const deployments = new Map<DeploymentName, string>();
  for (const name of names) {
    if (name === 'none') continue;
    const strategy = { enqueue: 'ENQUEUE', cancelNew: 'CANCEL_NEW', free: null }[name];
    const body = {
      name: `${name}-${Math.random()}`,
      flow_id: flowId,
      ...(strategy && { concurrency_limit: 1, concurrency_options: { collision_strategy: strategy } }),
    };
    deployments.set(name, (await made(http('POST', '/deployments/', body))).id);
  }
  return { http, flowId, deployments, runs: [], holders: new Set(), heard: new Map() };
}

async function act(world: World, step: Step): Promise<string> {
  const { http, runs } = world;
  if (step.do === 'create') return create(world, step);
  if (step.do === 'limit') {
    const name = `deployment:${world.deployments.get(step.deployment)}`;
    return String((await http('PATCH', `/v2/concurrency_limits/${name}`, { limit: step.limit })).status);
  }
  const id = runs[step.run];
  if (!id) return 'no such run';
  const path = `/flow_runs/${id}`;
  if (step.do !== 'set') world.heard.delete(id);
  if (step.do === 'patch') return String((await http('PATCH', path, { infrastructure_pid: step.pid })).status);
  if (step.do === 'dropLease') return dropLease(http, path);
  const before = await http('GET', path);
  if (isAccident(before, step, world)) return 'left out';
  if (step.do === 'delete') return String((await http('DELETE', path)).status);
  if (step.do === 'resume') return verdictOf(await http('POST', `${path}/resume`, { run_input: step.input }));
  const told = await set(world, id, step);
  if (before.status === 200) await noteHolder(world, id, before.body.state_type);
  return told;
}

async function noteHolder({ http, holders, deployments }: World, id: string, from: string): Promise<void> {
  const { state_type: to, deployment_id, empirical_policy: policy } = (await http('GET', `/flow_runs/${id}`)).body;
  const retries = to === 'SCHEDULED' && policy.retry_type === 'in_process';
  if (to === 'PENDING' && !holding.includes(from) && isLimited(deployments, deployment_id)) holders.add(id);
  else if (!holding.includes(to) && !retries) holders.delete(id);
}

const isLimited = (deployments: World['deployments'], id: string | null): boolean =>
  limited.some((name) => id !== null && deployments.get(name) === id);

/** Where the reference stumbles, and no client builds on how: both are spared the step. */
function isAccident(
  { status, body }: Answer,
  step: Step & { do: 'set' | 'resume' | 'delete' },
  { deployments, holders }: World,
): boolean {
  // It falls over a run that is gone.
  if (status === 404) return step.do === 'resume';
  const type: string = body.state_type;
  const proposed = step.do === 'set' ? states[step.state]!.type : null;
  // A paused run that may not go on is marked as resuming all the same.
  if (type === 'PAUSED' && step.do !== 'delete')
    return (
      (proposed === 'PENDING' && !(step.do === 'set' && step.force)) ||
      (body.state.state_details.pause_reschedule && !body.deployment_id)
    );
  if (isLimited(deployments, body.deployment_id)) {
    // It gives back a slot also for who was put where one is held without taking one.
    if (holding.includes(type) && !holders.has(body.id)) return true;
    // It forgets the slot of who is to try again and does not.
    if (type === 'SCHEDULED' && holders.has(body.id) && proposed !== 'RUNNING' && proposed !== 'SCHEDULED') return true;
  }
  // It forgets the transition that it answered with a cancellation, and refuses who repeats it.
  return type === 'CANCELLED' && step.do === 'set' && step.transition !== null;
}

async function create(world: World, step: Step & { do: 'create' }): Promise<string> {
  const answer = await world.http('POST', '/flow_runs/', {
    flow_id: world.flowId,
    deployment_id: world.deployments.get(step.deployment) ?? null,
    state: states[step.state],
    empirical_policy: { retries: step.retries, retry_delay: 0 },
  });
  world.runs.push(answer.body.id);
  await askForInput(world.http, `/flow_runs/${answer.body.id}`, states[step.state]!);
  return String(answer.status);
}

/**
 * A report has an id of its own, as clients give them. One that says that it repeats is the last one again, while the run
 * stands where that one brought it: what else is repeated, late or by force, is heard twice there and once here (0021).
 */
async function set({ http, heard }: World, id: string, step: Step & { do: 'set' }): Promise<string> {
  const path = `/flow_runs/${id}`;
  const last = step.transition === repeats && !step.force ? heard.get(id) : undefined;
  const name = last?.state ?? step.state;
  const transition = last?.transition ?? (step.transition && crypto.randomUUID());
  const state = states[name]!;
  const answer = await http('POST', `${path}/set_state`, {
    state: { ...state, state_details: { ...state.state_details, transition_id: transition } },
    force: step.force,
  });
  if (!last) heard.delete(id);
  if (!last && transition && !step.force && answer.body?.status === 'ACCEPT')
    heard.set(id, { state: name, transition });
  await askForInput(http, path, state);
  return verdictOf(answer);
}

/** A pause that wants input says of what form, as clients do. */
async function askForInput(http: Http, path: string, { state_details: details }: (typeof states)[string]) {
  if (details?.['run_input_keyset'])
    await http('POST', `${path}/input`, { key: keyset.schema, value: JSON.stringify(inputSchema) });
}

/** The slot is taken from the run behind its back, as the loop does that ends leases which nobody renews. */
async function dropLease(http: Http, path: string): Promise<string> {
  const run = await http('GET', path);
  const lease = run.body.state?.state_details.deployment_concurrency_lease_id;
  if (!lease || !['PENDING'].includes(run.body.state_type)) return 'nothing to drop';
  await http('POST', '/v2/concurrency_limits/decrement-with-lease', { lease_id: lease });
  return 'dropped';
}

/** What is true afterwards: of the run, and of the slots of the deployments. */
async function look({ http, runs, deployments }: World, step: Step): Promise<string> {
  const id = step.do === 'create' ? runs.at(-1) : 'run' in step ? runs[step.run] : undefined;
  const slots = [];
  for (const name of limited) {
    const deployment = deployments.get(name);
    if (!deployment) continue;
    const limit = await http('GET', `/v2/concurrency_limits/deployment:${deployment}`);
    slots.push(`${name} ${limit.body.active_slots}`);
  }
  return [...(id ? [runLine(await http('GET', `/flow_runs/${id}`))] : []), ...slots].join(', ');
}

function runLine({ status, body }: Answer): string {
  if (status !== 200) return `${status}`;
  const { pause_keys, resuming, retry_type } = body.empirical_policy;
  const keys = pause_keys.filter((key: string) => key.length === 1).sort();
  const marks = [
    body.start_time && 'started',
    body.end_time && 'ended',
    body.next_scheduled_start_time && 'scheduled',
    resuming && 'resuming',
    retry_type,
    keys.length > 0 && `keys ${keys.join('')}`,
  ];
  return [`${body.state_name}(${body.state_type}) count ${body.run_count}`, ...marks.filter(Boolean)].join(' ');
}

const labelOf = (step: Step): string =>
  Object.values(step)
    .map((value) => (value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value)))
    .join(' ');
