import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '@headgate/contracts';
import type { Connection } from '../settings/connection.js';
import type { Api } from './api.js';
import { isPassing } from './http.js';
import { subscribe } from './socket.js';
import { TaskNames } from './task-names.js';
import type { FlowRunJson, LogJson } from './wire.js';

/** `task`: the name of the task run that a line is of. */
export type RunNews = { kind: 'run'; run: FlowRunJson } | { kind: 'log'; log: LogJson; task: string | null };

const pageSize = 200;
/** Without a socket we look this often; with both we look rarely, in case a frame was lost. */
const lookEveryMs = { blind: 1_000, live: 15_000 };
const reconnectMs = 2_000;
/** Lines that a run wrote last may arrive after its end: Prefect's client sends them up to two seconds later. */
const lastLinesMs = { ours: 500, prefect: 4_000 };
/** A line may be there before the task run that it is of. */
const waitForNameMs = 3_000;
const lastLineOfPrefect = /^Finished in state /;

/**
 * What happens to a run, until it has ended: its present state first, then its logs from the beginning, then news as
 * they come, and its end last, after the last of its lines. The sockets say that there is something; lines come from them at once, and gaps are filled by asking.
 */
export async function* followRun(api: Api, connection: Connection, flowRunId: string): AsyncGenerator<RunNews> {
  const follower = new Follower(api, connection, flowRunId);
  try {
    yield* follower.news();
  } finally {
    follower.close();
  }
}

class Follower {
  private readonly seen = new Set<string>();
  private readonly arrived: LogJson[] = [];
  private readonly closers = new Map<string, () => void>();
  private live = 0;
  private closed = false;
  private rung = true;
  private wake: () => void = () => undefined;
  private read = 0;
  private readonly names: TaskNames;
  private prefect: 'none' | 'speaks' | 'finished' = 'none';

  constructor(
    private readonly api: Api,
    private readonly connection: Connection,
    private readonly flowRunId: string,
  ) {
    this.names = new TaskNames(api);
    this.open('/events/out', {
      event: { prefix: ['prefect.flow-run.'] },
      resource: { id: [`prefect.flow-run.${flowRunId}`] },
    });
    this.open('/logs/out', { flow_run_id: { any_: [flowRunId] } });
  }

  async *news(): AsyncGenerator<RunNews, void> {
    let stateId: string | undefined;
    while (true) {
      const run = await this.look();
      if (run && isTerminal(run.state_type)) return yield* this.end(run);
      if (run && run.state?.id !== stateId) yield { kind: 'run', run };
      stateId = run?.state?.id ?? stateId;
      yield* this.logs(run !== null);
      yield* this.untilNews();
    }
  }

  private async *end(run: FlowRunJson): AsyncGenerator<RunNews, void> {
    yield* this.logs(true);
    yield* this.lastLines();
    yield { kind: 'run', run };
  }

  private async *lastLines(): AsyncGenerator<RunNews> {
    const until = Date.now() + (this.prefect === 'none' ? lastLinesMs.ours : lastLinesMs.prefect);
    while (Date.now() < until && this.prefect !== 'finished') {
      await sleep(250);
      yield* this.logs(true);
    }
  }

  close(): void {
    this.closed = true;
    for (const close of this.closers.values()) close();
  }

  /** Lines as the socket brings them; ends when the run itself has to be looked at. */
  private async *untilNews(): AsyncGenerator<RunNews> {
    const until = Date.now() + (this.live === 2 ? lookEveryMs.live : lookEveryMs.blind);
    while (!this.rung && Date.now() < until) {
      await this.nap(until - Date.now());
      yield* this.fresh(this.arrived.splice(0));
    }
    this.rung = false;
  }

  private nap(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async look(): Promise<FlowRunJson | null> {
    try {
      return await this.api.getFlowRun(this.flowRunId);
    } catch (error) {
      if (!isPassing(error)) throw error;
      return null;
    }
  }

  /** All lines from the last that were read in order; lines may be stored out of order, so the last page is read again. */
  private async *logs(reachable: boolean): AsyncGenerator<RunNews> {
    if (!reachable) return;
    while (true) {
      const page = await this.api.listLogs(this.flowRunId, { offset: this.read, limit: pageSize }).catch(() => []);
      yield* this.fresh(page);
      if (page.length < pageSize) return;
      this.read += pageSize;
    }
  }

  private async *fresh(logs: LogJson[]): AsyncGenerator<RunNews> {
    const unseen = logs.filter((log) => !this.seen.has(log.id));
    await this.names.learn(unseen, waitForNameMs);
    for (const log of unseen) {
      if (this.seen.has(log.id)) continue;
      this.seen.add(log.id);
      if (log.name === 'prefect.flow_runs') this.prefect = lastLineOfPrefect.test(log.message) ? 'finished' : 'speaks';
      yield { kind: 'log', log, task: this.names.of(log) };
    }
  }

  private open(path: '/events/out' | '/logs/out', filter: Record<string, unknown>): void {
    if (this.closed) return;
    let ready = false;
    const close = subscribe(
      { ...this.connection, path, filter, ...(path === '/events/out' ? { backfill: false } : {}) },
      {
        ready: () => {
          ready = true;
          this.live += 1;
          this.ring();
        },
        frame: (frame) => this.take(frame),
        closed: () => {
          if (ready) this.live -= 1;
          if (!this.closed) setTimeout(() => this.open(path, filter), reconnectMs).unref();
        },
      },
    );
    this.closers.set(path, close);
  }

  private take(frame: Record<string, unknown>): void {
    if (frame['type'] === 'log') {
      this.arrived.push(frame['log'] as LogJson);
      this.wake();
    } else if (frame['type'] === 'event') this.ring();
  }

  private ring(): void {
    this.rung = true;
    this.wake();
  }
}
