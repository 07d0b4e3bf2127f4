import { setTimeout as sleep } from 'node:timers/promises';
import type { LogDraft } from '../api/wire.js';
import { RunOutput } from '../output/run-output.js';
import type { Exit } from '../runners/process-group.js';
import type { Started } from '../runners/runner.js';
import type { Ended } from './last-state.js';

/** Output that is still in the pipe when the process has ended is waited for, but not for long: a stray child may hold it open. */
const lastOutputMs = 2_000;

/** One start of a run: its process, followed to its end. */
export class Attempt {
  readonly ended: Promise<Ended>;
  readonly startedAt = performance.now();
  private over = false;

  constructor(
    readonly started: Started,
    flowRunId: string,
    onLines: (lines: LogDraft[]) => void,
  ) {
    const { group, reader } = started;
    const output = new RunOutput(flowRunId, reader, onLines);
    output.follow(group.child.stdout!, group.child.stderr!);
    this.ended = this.follow(output);
  }

  get isOver(): boolean {
    return this.over;
  }

  /** Waits for an end that was announced; answers whether it came. */
  async endsWithin(ms: number): Promise<boolean> {
    const stop = new AbortController();
    const late = sleep(ms, false, { signal: stop.signal }).catch(() => false);
    const inTime = await Promise.race([this.started.group.exited.then(() => true), late]);
    stop.abort();
    return inTime;
  }

  /** For a cancellation: a process that hears of it by itself gets the time to act before it is signalled. */
  async cancel(graceMs: number): Promise<void> {
    if (await this.endsWithin(Math.min(this.started.hearsOfCancellationMs, graceMs))) return;
    await this.end(graceMs);
  }

  kill(): Promise<void> {
    return this.started.group.kill();
  }

  end(graceMs: number): Promise<Exit> {
    return this.started.group.end(graceMs);
  }

  private async follow(output: RunOutput): Promise<Ended> {
    const exit = await this.started.group.exited;
    this.over = true;
    await Promise.race([output.ended, sleep(lastOutputMs, undefined, { ref: false })]);
    return { ...exit, stderr: output.stderrTail };
  }
}
