import { inSeconds, sleep, timestamp } from '../clock.js';
import { currentFrame, inFrame, type Frame, type RunContext } from '../context.js';
import { Future } from '../future.js';
import { createLogger, type LogLine } from '../logging.js';
import { nameFrom } from '../names.js';
import type { TaskOptions } from '../options.js';
import { collectPrints } from '../prints.js';
import { currentReporter } from '../report/reporter.js';
import { newTaskRun, taskRunEvent, type TaskRun } from '../report/task-run.js';
import { delayBefore, mayRetry } from '../retry.js';
import { Completed, State } from '../states.js';
import { cached, keep } from './cache.js';
import { guardedSignal, orAborted } from './guard.js';
import { callHooks } from './hooks.js';
import { inputsOf, remember, resolved } from './inputs.js';
import { stateOfError, stateOfValue } from './outcome.js';
import { nextCall, type FlowRunScope } from './scope.js';
import { failureOf, withTrace } from './trace.js';
import { UpstreamError } from './upstream-error.js';

export type TaskDefinition = {
  fn: (...args: any[]) => unknown;
  name: string;
  parameterNames: string[];
  options: TaskOptions;
};

/** Begins a task run. `later` holds it back until there is room for it. */
export function beginTask(
  task: TaskDefinition,
  args: unknown[],
  later: (work: () => Promise<State>) => Promise<State> = (work) => work(),
): Future<unknown> {
  const run = new RunningTask(task, args, currentFrame());
  const pending = run.move(new State('PENDING'));
  const future: Future<unknown> = new Future(
    run.id,
    run.name,
    pending,
    later(() => run.execute()),
  );
  run.onMove = (state) => future.moved(state);
  return future;
}

class RunningTask {
  onMove: (state: State) => void = () => undefined;
  private readonly scope: FlowRunScope | null;
  private readonly reporter;
  private readonly run: TaskRun;
  private state: State | null = null;

  constructor(
    private readonly task: TaskDefinition,
    private readonly args: unknown[],
    private readonly parent: Frame | undefined,
  ) {
    this.scope = parent?.scope ?? null;
    this.reporter = this.scope ? null : currentReporter();
    this.reporter?.hold();
    this.run = this.newRun();
  }

  get id(): string {
    return this.run.id;
  }

  get name(): string {
    return this.run.name;
  }

  move(to: State): State {
    const from = this.state;
    this.state = to;
    if (this.scope) this.scope.report.taskMoved(this.run, from, to);
    else this.reporter?.events.add(taskRunEvent(this.run, from, to, null));
    this.onMove(to);
    return to;
  }

  async execute(): Promise<State> {
    const end = await this.toTheEnd();
    if (end.isCompleted()) remember(end.data, this.id);
    this.run.end_time = end.timestamp;
    this.move(end);
    if (end.type === 'FAILED') this.logger().error(failureOf(end));
    const about = {
      id: this.id,
      name: this.name,
      flowName: this.scope?.flowName ?? '',
      taskName: this.task.name,
      parameters: this.args,
    };
    await callHooks(this.task.options, about, end, this.logger());
    if (this.reporter) void this.reporter.release();
    return end;
  }

  private async toTheEnd(): Promise<State> {
    try {
      const args = await resolved(this.args);
      const key = this.task.options.cacheKey?.(...args) ?? null;
      const hit = key === null ? null : await cached(key);
      if (hit) return Completed({ name: 'Cached', data: hit.value });
      const end = await this.attempts(args);
      if (key !== null && end.isCompleted()) await keep(key, end.data, this.task.options.cacheExpirationSeconds);
      return end;
    } catch (error) {
      if (error instanceof UpstreamError) return new State('PENDING', 'NotReady', error.message, undefined, error);
      return stateOfError(error, this.parentSignal());
    }
  }

  private async attempts(args: unknown[]): Promise<State> {
    const { retries = 0, retryDelaySeconds, retryCondition } = this.task.options;
    for (let attempt = 1; ; attempt++) {
      const end = await this.attempt(args, attempt);
      if (end.type !== 'FAILED' || attempt > retries || !(await mayRetry(retryCondition, end.error, attempt)))
        return end;
      const seconds = delayBefore(attempt, retryDelaySeconds);
      this.move(
        new State('SCHEDULED', 'AwaitingRetry', end.message, undefined, undefined, {
          scheduled_time: inSeconds(seconds),
        }),
      );
      this.logger().warn(
        `Attempt ${attempt} of ${retries + 1} failed, the next comes in ${seconds} s: ${withTrace(end)}`,
      );
      await sleep(seconds * 1000, this.parentSignal());
    }
  }

  private async attempt(args: unknown[], attempt: number): Promise<State> {
    const guard = guardedSignal([this.parentSignal()], this.task.options.timeoutSeconds);
    this.run.run_count = attempt;
    this.run.start_time ??= timestamp();
    this.move(new State('RUNNING', attempt > 1 ? 'Retrying' : 'Running'));
    const began = performance.now();
    try {
      guard.signal.throwIfAborted();
      const work = inFrame(this.frame(args, attempt, guard.signal), async () => this.task.fn(...args));
      return await stateOfValue(await orAborted(work, guard.signal));
    } catch (error) {
      return stateOfError(error, guard.signal);
    } finally {
      this.run.total_run_time += (performance.now() - began) / 1000;
      guard.done();
    }
  }

  private frame(args: unknown[], attempt: number, signal: AbortSignal): Frame {
    const { scope, task } = this;
    const info: RunContext = {
      kind: 'task',
      flowName: scope?.flowName ?? null,
      flowRunId: scope?.flowRunId ?? null,
      flowRunName: scope?.flowRunName ?? null,
      taskName: task.name,
      taskRunId: this.id,
      taskRunName: this.name,
      deploymentId: scope?.deploymentId ?? null,
      parameters: args,
      tags: this.run.tags,
      attempt,
      signal,
    };
    const logPrints = task.options.logPrints ?? scope?.logPrints ?? false;
    if (logPrints) collectPrints();
    return { info, scope, logger: this.logger(), logPrints };
  }

  private logger() {
    const send = (line: LogLine) => (this.scope ? this.scope.report.log(line) : this.reporter?.logs.add(line));
    return createLogger({
      name: 'headgate.task_runs',
      who: `Task run '${this.name}'`,
      flowRunId: this.scope?.flowRunId,
      taskRunId: this.id,
      send,
    });
  }

  private parentSignal(): AbortSignal {
    return this.parent?.info.signal ?? this.scope?.signal ?? never;
  }

  private newRun(): TaskRun {
    const { task, scope } = this;
    const { retries = 0, retryDelaySeconds, tags = [], taskRunName } = task.options;
    const call = scope ? nextCall(scope, task.name) : { number: 0, key: '0' };
    return newTaskRun({
      name: nameFrom(taskRunName, this.args) ?? `${task.name}-${call.number}`,
      task_key: task.name,
      dynamic_key: call.key,
      empirical_policy: {
        retries,
        retry_delay:
          typeof retryDelaySeconds === 'function' ? delayBefore(1, retryDelaySeconds) : (retryDelaySeconds ?? 0),
      },
      tags: [...new Set([...(scope?.tags ?? []), ...tags])],
      task_inputs: inputsOf(
        this.args,
        task.parameterNames,
        this.parent?.info.kind === 'task' ? this.parent.info.taskRunId : null,
      ),
      flow_run_run_count: scope?.attempt ?? 0,
      expected_start_time: timestamp(),
    });
  }
}

const never = new AbortController().signal;
