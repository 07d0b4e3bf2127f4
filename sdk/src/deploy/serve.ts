import { newId, quoted } from '@headgate/contracts';
import { z } from 'zod';
import { inSeconds, sleep } from '../clock.js';
import { deliverSpool, UnreachableError, type FlowRunJson } from '../client/index.js';
import { CancelledError } from '../errors.js';
import { runFoundRun } from '../engine/run-found.js';
import { watchProcessEnd } from '../engine/process-end.js';
import type { FlowDefinition } from '../engine/run-flow.js';
import { requiredReporter, type Reporter } from '../report/reporter.js';
import {
  checkedSchedules,
  deploymentShape,
  deploymentThere,
  draftOf,
  removedWords,
  saveDeployment,
  warnOfMissing,
  type DeploymentOptions,
} from './deploy.js';
import { sayOut, sayErr } from '../say.js';

export type ServeOptions = DeploymentOptions & {
  /** At most so many runs at the same time; 10 when left out. */
  limit?: number;
  /** Whether the schedules rest while nobody serves; true when left out. */
  pauseOnShutdown?: boolean;
  /** Seconds between two looks for runs that are due; 3 when left out. */
  pollSeconds?: number;
};

const serveOptions = z.strictObject({
  ...deploymentShape,
  limit: z.int().min(1).optional(),
  pauseOnShutdown: z.boolean().optional(),
  pollSeconds: z.number().positive().optional(),
});

/** Serves until SIGINT or SIGTERM. Runs that are under way then get the chance to end. */
export async function serveFlow(flow: FlowDefinition, options: ServeOptions): Promise<void> {
  const call = `${flow.name}.serve()`;
  const schedules = checkedSchedules(call, serveOptions, options);
  const reporter = requiredReporter(call);
  const before = await deploymentThere(reporter.client, flow.name, options.name);
  const draft = await draftOf(flow, { paused: false, ...options }, before);
  const made = await saveDeployment(reporter.client, before, {
    ...draft,
    ...(schedules && { schedules }),
    work_pool_name: null,
  });
  warnOfMissing(made);
  const { id } = made;
  const ending = watchProcessEnd();
  reporter.hold();
  sayOut(
    `Serving ${flow.name}/${options.name}${removedWords(before, made)}. Start a run with \`agent deployment run ${quoted(`${flow.name}/${options.name}`)}\`; end with Ctrl-C.`,
  );
  try {
    await pollUntil(ending.signal, flow, reporter, id, options);
  } finally {
    if (options.pauseOnShutdown !== false) await reporter.client.updateDeployment(id, { paused: true });
    await reporter.release();
    ending.done();
  }
}

type Active = Map<string, { stop: AbortController; ended: Promise<void> }>;

async function pollUntil(
  end: AbortSignal,
  flow: FlowDefinition,
  reporter: Reporter,
  deploymentId: string,
  { limit = 10, pollSeconds = 3 }: ServeOptions,
): Promise<void> {
  const active: Active = new Map();
  while (!end.aborted) {
    await passing(async () => {
      for (const run of await dueRuns(reporter, deploymentId, limit - active.size)) begin(active, flow, reporter, run);
      await stopCancelled(active, reporter);
      await deliverSpool(reporter.client.config);
    });
    await sleep(pollSeconds * 1000, end);
  }
  await Promise.all([...active.values()].map((each) => each.ended));
}

/** Without a connection, the next look comes soon. */
async function passing(look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    sayErr(`headgate: ${error.message}`);
  }
}

const dueRuns = (reporter: Reporter, deploymentId: string, room: number): Promise<FlowRunJson[]> =>
  room > 0 ? reporter.client.scheduledRunsOf([deploymentId], inSeconds(0), room) : Promise.resolve([]);

function begin(active: Active, flow: FlowDefinition, reporter: Reporter, run: FlowRunJson): void {
  if (active.has(run.id)) return;
  const stop = new AbortController();
  const ended = runOne(flow, reporter, run, stop.signal).finally(() => active.delete(run.id));
  active.set(run.id, { stop, ended });
}

async function stopCancelled(active: Active, reporter: Reporter): Promise<void> {
  if (active.size === 0) return;
  for (const run of await reporter.client.cancellingAmong([...active.keys()]))
    active.get(run.id)?.stop.abort(new CancelledError('The run was cancelled.'));
}

/** PENDING goes to one process only: whoever is refused leaves the run to the other. */
async function runOne(flow: FlowDefinition, reporter: Reporter, run: FlowRunJson, signal: AbortSignal): Promise<void> {
  try {
    const taken = await reporter.client.setFlowRunState(run.id, {
      type: 'PENDING',
      state_details: { transition_id: newId() },
    });
    if (taken.status === 'ACCEPT') await runFoundRun(flow, reporter, run, null, signal);
  } catch (error) {
    sayErr(`headgate: flow run ${run.name}: ${(error as Error).message}`);
  }
}
