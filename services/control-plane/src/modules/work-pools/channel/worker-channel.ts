import { newId } from '@headgate/contracts';
import {
  channelVersion,
  cleanupDelivery,
  closeCodes,
  requiredCapabilities,
  type CleanupFrame,
  type CleanupMessage,
  type CleanupOutcome,
  type CloseReason,
  type WorkerFrame,
  type WorkerHello,
} from '@headgate/contracts/rest/worker-channel';
import { wireTime } from '../../../core/events/events.js';
import { parseSent } from '../../../core/json/exact-json.js';
import type { Peer } from '../../../core/sockets/peer.js';
import { workPoolJson, type WorkPoolRow } from '../pools/work-pool.js';
import { notAgreedOn } from '../teardowns/verdict.js';
import { ChannelEnd, channelEnd } from './channel-end.js';
import type { Welcome } from './welcome.service.js';

/** Changes that come this close together are one snapshot. */
const togetherMs = 50;

export type ChannelPower = {
  /** The pool as it is now; null when it is gone. */
  look(): Promise<WorkPoolRow | null>;
  beat(pool: WorkPoolRow, intervalSeconds: number): Promise<unknown>;
  /** Null for what is no frame of a worker. */
  read(frame: unknown): WorkerFrame | null;
  /** Null when no cleanup was agreed on. */
  cleanup: Cleanup | null;
};
/** What runs left: messages for this worker, and what it says of them. */
type Cleanup = { reserve(): Promise<CleanupMessage[]>; answer(frame: CleanupFrame): Promise<CleanupOutcome> };

/** The open channel of one worker: its heartbeats come in, snapshots of its pool and what it is to clean up go out. */
export class WorkerChannel {
  private sequence = 1;
  private timer: NodeJS.Timeout | undefined;
  /** One thing at a time, in the order in which they came. */
  private line: Promise<void> = Promise.resolve();
  private shown: string;

  constructor(
    private readonly peer: Peer,
    private readonly hello: WorkerHello,
    private readonly power: ChannelPower,
    welcome: Welcome,
  ) {
    this.shown = welcome.pool.updated;
    this.send('worker.ready.v1', readyPayload(hello, welcome));
  }

  /** There may be something for the worker to clean up. */
  offer(): void {
    void this.inTurn(() => this.deliver());
  }

  /** The pool may have changed: shows it, if it has. */
  look(reason = 'work_pool_updated'): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.inTurn(async () => this.show(await this.pool(), reason));
    }, togetherMs);
  }

  take(text: string): Promise<void> {
    return this.inTurn(() => this.handle(text));
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.line = this.line.then(work).catch((error: unknown) => endChannel(this.peer, channelEnd(error).reason));
    return this.line;
  }

  private async handle(text: string): Promise<void> {
    if (this.peer.gone.aborted) return;
    const frame = this.power.read(jsonIn(text));
    if (!frame) throw new ChannelEnd('protocol_error');
    if (frame.type !== 'worker.heartbeat.v1') return this.hear(frame);
    const { consumer_id, worker_name, heartbeat_interval_seconds } = frame.payload;
    if (consumer_id !== this.hello.consumer_id || worker_name !== this.hello.worker_name)
      throw new ChannelEnd('protocol_error');
    const pool = await this.pool();
    await this.power.beat(pool, heartbeat_interval_seconds);
    // What was said by another process may have been lost on the way.
    this.show(pool, 'heartbeat_reconciliation');
    await this.deliver();
  }

  private async pool(): Promise<WorkPoolRow> {
    const pool = await this.power.look();
    if (!pool) throw new ChannelEnd('authorization_failed');
    return pool;
  }

  private show(pool: WorkPoolRow, reason: string): void {
    if (pool.updated === this.shown) return;
    this.shown = pool.updated;
    this.send('work_pool.snapshot.v1', snapshot(++this.sequence, reason, pool));
  }

  private async deliver(): Promise<void> {
    if (!this.power.cleanup || this.peer.gone.aborted) return;
    for (const message of await this.power.cleanup.reserve()) this.send('cleanup.message.v1', message);
  }

  /** What the worker says of a message; where that makes room, more follows. */
  private async hear(frame: CleanupFrame): Promise<void> {
    const outcome = (await this.power.cleanup?.answer(frame)) ?? notAgreedOn;
    this.send('cleanup.operation_result.v1', {
      request_frame_id: frame.id,
      message_id: frame.payload.message_id,
      operation: frame.type.split('.')[1],
      ...outcome,
      detail: null,
    });
    if (frame.type !== 'cleanup.renew.v1') await this.deliver();
  }

  private send(type: string, payload: object): void {
    this.peer.send(JSON.stringify({ type, id: newId(), sent_at: wireTime(), payload }));
  }
}

export const endChannel = (peer: Peer, reason: CloseReason): void => peer.end({ code: closeCodes[reason], reason });

const snapshot = (snapshot_sequence: number, reason: string, pool: WorkPoolRow) => ({
  snapshot_sequence,
  reason,
  work_pool: workPoolJson(pool),
});

/** A worker cleans up when it says that it can, what, and how much at once. */
export const agreesOnCleanup = (hello: WorkerHello): boolean =>
  hello.requested_capabilities.includes(cleanupDelivery) &&
  hello.handled_cleanup_kinds.length > 0 &&
  hello.max_cleanup_concurrency > 0;

function readyPayload(hello: WorkerHello, { pool, queues, workerId }: Welcome) {
  const agreed = agreesOnCleanup(hello);
  const accepted: string[] = [...requiredCapabilities, ...(agreed ? [cleanupDelivery] : [])];
  return {
    consumer_id: hello.consumer_id,
    worker_id: workerId,
    selected_channel_version: channelVersion,
    effective_heartbeat_interval_seconds: hello.heartbeat_interval_seconds,
    accepted_capabilities: accepted,
    rejected_capabilities: [...new Set(hello.requested_capabilities)].filter((each) => !accepted.includes(each)),
    effective_max_cleanup_concurrency: agreed ? hello.max_cleanup_concurrency : 0,
    resolved_work_queues: queues.map(({ id, name }) => ({ id, name })),
    initial_snapshot: snapshot(1, 'initial', pool),
  };
}

function jsonIn(text: string): unknown {
  try {
    return parseSent(text);
  } catch {
    throw new ChannelEnd('protocol_error');
  }
}
