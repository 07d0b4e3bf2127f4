import type { StandardSchemaV1 } from '@standard-schema/spec';
import { newId } from '@headgate/contracts';
import type { Place } from '../deploy/caller.js';
import { sleep } from '../clock.js';
import { currentFrame, inFrame, type Frame } from '../context.js';
import { createLogger, type Logger } from '../logging.js';
import { nameFrom, runName } from '../names.js';
import type { FlowOptions } from '../options.js';
import { validated } from '../parameters.js';
import { collectPrints } from '../prints.js';
import { currentReporter } from '../report/reporter.js';
import { openLocalRun, type OpenedRun, type RunDraft } from '../report/report.js';
import { openServerRun } from '../report/server-report.js';
import { delayBefore, mayRetry } from '../retry.js';
import { messageOf, State } from '../states.js';
import { guardedSignal, orAborted } from './guard.js';
import { callHooks } from './hooks.js';
import { Limiter } from './limiter.js';
import { stateOfError, stateOfValue } from './outcome.js';
import { ProcessEndError, watchProcessEnd } from './process-end.js';
import { nextCall, type FlowRunScope } from './scope.js';
import { failureOf } from './trace.js';

export type FlowDefinition = {
  fn: (...args: any[]) => unknown;
  name: string;
  options: FlowOptions<StandardSchemaV1 | undefined>;
  /** Where `flow()` was called, when it could be found out. */
  place: Place | null;
};

/** Runs a flow that code has called. Throws ParameterError before there is a run. */
export async function callFlow(flow: FlowDefinition, given: unknown): Promise<State> {
  const parameters = await validated(flow.options.parameters, given, flow.name);
  const parent = currentFrame();
  const opened = await openRun(flow, parameters, parent?.scope ?? null);
  return runOpened(flow, opened, parameters, { signal: parent?.info.signal });
}

function openRun(flow: FlowDefinition, parameters: unknown, parent: FlowRunScope | null): Promise<OpenedRun> {
  const draft = draftOf(flow, parameters);
  if (parent) {
    const call = nextCall(parent, flow.name);
    const task = { key: flow.name, dynamicKey: call.key, name: `${flow.name}-${call.number}` };
    return parent.report.child({ ...draft, task });
  }
  const reporter = currentReporter();
  return reporter ? openServerRun(reporter, draft) : Promise.resolve(openLocalRun(draft));
}

function draftOf(flow: FlowDefinition, parameters: unknown): RunDraft {
  const { retries = 0, retryDelaySeconds, tags = [], version = null, flowRunName } = flow.options;
  const name = nameFrom(flowRunName, [parameters ?? {}]) ?? runName();
  return {
    flowName: flow.name,
    name,
    parameters: forWire(parameters),
    tags,
    version,
    retries,
    retryDelaySeconds: delayBefore(1, retryDelaySeconds),
  };
}

const largestParameters = 500_000;

/** Parameters are shown, not needed: what is too large or no JSON is left out. */
function forWire(parameters: unknown): Record<string, unknown> {
  try {
    const text = JSON.stringify(parameters ?? {});
    return text.length > largestParameters ? {} : (JSON.parse(text) as Record<string, unknown>);
  } catch {
    return {};
  }
}

export type RunSettings = {
  /** Of the run around this one. */
  signal?: AbortSignal | undefined;
  /** How often the run was begun before, perhaps by other processes. */
  earlierAttempts?: number;
  /** Whether it goes on after a suspension: its code begins again, within the same attempt. */
  resumed?: boolean;
};

/** Runs to the end, retries included, a run that the control plane knows. Answers the state that holds in the end. */
export async function runOpened(
  flow: FlowDefinition,
  opened: OpenedRun,
  parameters: unknown,
  settings: RunSettings = {},
): Promise<State> {
  const ending = watchProcessEnd();
  const guard = guardedSignal([settings.signal, ending.signal], undefined);
  const logger = createLogger({
    name: 'headgate.flow_runs',
    who: `Flow run '${opened.name}'`,
    flowRunId: opened.id,
    send: (line) => opened.report.log(line),
  });
  const pass = settings.resumed ? `${newId()}.` : '';
  const work: Work = { flow, opened, parameters, logger, pass, signal: guard.signal };
  const first = (settings.earlierAttempts ?? 0) + 1;
  try {
    const end = await attempts(work, first);
    if (end.isFinal) await hooksOf(work, end, first);
    return end;
  } finally {
    guard.done();
    ending.done();
    await opened.report.close();
  }
}

/** Hooks have the context of the run, so that their lines are in its log. */
function hooksOf(work: Work, end: State, attempt: number): Promise<void> {
  const { flow, opened, parameters, logger, signal } = work;
  const run = { id: opened.id, name: opened.name, flowName: flow.name, parameters };
  return inFrame(frameOf(work, newScope(work, attempt, signal)), () => callHooks(flow.options, run, end, logger));
}

type Work = {
  flow: FlowDefinition;
  opened: OpenedRun;
  parameters: unknown;
  logger: Logger;
  /** Tells this pass through the code from those before a suspension, which no attempt counts; empty at first. */
  pass: string;
  signal: AbortSignal;
};

/** A process that takes up a run knows how often it was begun, which is more than its attempts when it went on after a pause. */
function begins(flow: string, attempt: number, first: number): string {
  if (attempt > first) return `Attempt ${attempt} of flow ${flow}`;
  return first > 1 ? `Running flow ${flow} again` : `Running flow ${flow}`;
}

async function attempts(work: Work, first: number): Promise<State> {
  const { flow, opened, logger, signal } = work;
  for (let attempt = first; ; attempt++) {
    const begun = await opened.report.propose(new State('RUNNING', attempt > 1 ? 'Retrying' : 'Running'));
    if (begun.kind === 'replaced') return endWith(work, new State(begun.by.type, begun.by.name, begun.by.message));
    logger.info(begins(flow.name, attempt, first));
    const end = await realEnd(work, await oneAttempt(work, attempt));
    if (end.type === 'PAUSED') return end;
    if (end.type === 'FAILED') logger.error(failureOf(end));
    const verdict = await opened.report.propose(end, await retryPlan(work, end, attempt));
    if (verdict.kind === 'accepted') return said(logger, end);
    if (verdict.kind === 'replaced')
      return endWith(work, new State(verdict.by.type, verdict.by.name, verdict.by.message, end.data, end.error));
    logger.warn(`Trying again at ${new Date(verdict.at).toISOString()}.`);
    await sleep(Math.max(0, Date.parse(verdict.at) - Date.now()), signal);
  }
}

const said = (logger: Logger, end: State): State => {
  if (end.type !== 'FAILED') logger.info(`Ended ${end.name}${end.message ? `: ${end.message}` : ''}`);
  return end;
};

/** Somebody else decided about the run: a cancellation is confirmed, everything else is left as it is. */
async function endWith({ opened, logger }: Work, state: State): Promise<State> {
  if (state.type !== 'CANCELLING') return state;
  const cancelled = new State('CANCELLED', undefined, 'The run was cancelled.', undefined, state.error);
  await opened.report.propose(cancelled);
  return said(logger, cancelled);
}

/** A process is also told to end when nobody cancelled the run: then the run has crashed. */
async function realEnd({ opened, signal }: Work, end: State): Promise<State> {
  if (end.type !== 'CANCELLED' || !(signal.reason instanceof ProcessEndError)) return end;
  const now = await opened.report.current();
  if (now?.type === 'CANCELLING' || now?.type === 'CANCELLED') return end.with({ message: 'The run was cancelled.' });
  return new State('CRASHED', undefined, messageOf(signal.reason), undefined, signal.reason);
}

/** The control plane decides with the numbers it has: those are set right first where only this process can know them. */
async function retryPlan({ flow, opened }: Work, end: State, attempt: number) {
  const { retries = 0, retryDelaySeconds, retryCondition } = flow.options;
  if (end.type !== 'FAILED' || retries === 0) return { left: 0, delaySeconds: 0 };
  const wanted = await mayRetry(retryCondition, end.error, attempt);
  const plan = {
    left: wanted ? Math.max(0, retries - attempt + 1) : 0,
    delaySeconds: delayBefore(attempt, retryDelaySeconds),
  };
  const foreseen = wanted && (retryDelaySeconds === undefined || typeof retryDelaySeconds === 'number');
  if (!foreseen && attempt <= retries)
    await opened.report.setRetryPolicy(wanted ? retries : 0, Math.ceil(plan.delaySeconds));
  return plan;
}

async function oneAttempt(work: Work, attempt: number): Promise<State> {
  const { flow, parameters, signal } = work;
  const guard = guardedSignal([signal], flow.options.timeoutSeconds);
  const scope = newScope(work, attempt, guard.signal);
  try {
    guard.signal.throwIfAborted();
    const whole = async () => {
      const value = await flow.fn(parameters);
      await Promise.all([...scope.submitted].map((future) => future.wait()));
      return stateOfValue(value);
    };
    return await orAborted(inFrame(frameOf(work, scope), whole), guard.signal);
  } catch (error) {
    return stateOfError(error, guard.signal);
  } finally {
    guard.done();
  }
}

function newScope({ flow, opened, pass }: Work, attempt: number, signal: AbortSignal): FlowRunScope {
  const { concurrency = Infinity, logPrints = false, tags = [] } = flow.options;
  if (logPrints) collectPrints();
  return {
    flowName: flow.name,
    flowRunId: opened.id,
    flowRunName: opened.name,
    deploymentId: opened.deploymentId,
    tags,
    attempt,
    keyPrefix: `${pass}${attempt > 1 ? `${attempt}.` : ''}`,
    logPrints,
    report: opened.report,
    limiter: new Limiter(concurrency),
    calls: new Map(),
    submitted: new Set(),
    signal,
    pauses: 0,
  };
}

function frameOf({ parameters, logger }: Work, scope: FlowRunScope): Frame {
  const { flowName, flowRunId, flowRunName, deploymentId, tags, attempt, signal } = scope;
  const info = {
    kind: 'flow' as const,
    flowName,
    flowRunId,
    flowRunName,
    deploymentId,
    parameters,
    tags,
    attempt,
    signal,
  };
  return {
    info: { ...info, taskName: null, taskRunId: null, taskRunName: null },
    scope,
    logger,
    logPrints: scope.logPrints,
  };
}
