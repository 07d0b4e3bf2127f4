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
import type { WorkPoolRow } from '../pools/work-pool.js';
import { notAgreedOn } from '../teardowns/verdict.js';
import { ChannelEnd, channelEnd } from './channel-end.js';
import type { Sight } from './sight-of-pool.js';
import type { Welcome } from './welcome.service.js';

export type ChannelPower = {
  /** The pool as it is now; null when it is gone. */
  look(): Promise<Sight | null>;
  /** As all who watch it have just found it. */
  lately(): Promise<Sight | null>;
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
  private hasNews = false;
  /** One thing at a time, in the order in which they came. */
  private line: Promise<void> = Promise.resolve();
  private shown: string;

  constructor(
    private readonly peer: Peer,
    private readonly hello: WorkerHello,
    private readonly power: ChannelPower,
    welcome: Welcome,
    sight: Sight,
  ) {
    this.shown = sight.updated;
    const initial_snapshot = { snapshot_sequence: 1, reason: 'initial', work_pool: null };
    this.sendWith(sight, 'worker.ready.v1', { ...readyPayload(hello, welcome), initial_snapshot });
  }

  /** There may be something for the worker to clean up. */
  offer(): void {
    void this.inTurn(() => this.deliver());
  }

  /** The pool may have changed: shows it, if it has. Whoever has something to read first is shown what it is like then. */
  news(reason = 'work_pool_updated'): void {
    if (this.hasNews) return;
    this.hasNews = true;
    void this.peer.drained().then(() =>
      this.inTurn(async () => {
        this.hasNews = false;
        if (!this.peer.gone.aborted) this.show(await this.there(this.power.lately()), reason);
      }),
    );
  }

  take(text: string): Promise<void> {
    return this.inTurn(() => this.handle(text));
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
    const sight = await this.there(this.power.look());
    await this.power.beat(sight.pool, heartbeat_interval_seconds);
    // What was said by another process may have been lost on the way.
    this.show(sight, 'heartbeat_reconciliation');
    await this.deliver();
  }

  private async there(looking: Promise<Sight | null>): Promise<Sight> {
    const sight = await looking;
    if (!sight) throw new ChannelEnd('authorization_failed');
    return sight;
  }

  private show(sight: Sight, reason: string): void {
    if (sight.updated === this.shown || this.peer.gone.aborted) return;
    if (this.peer.isBehind) return this.news(reason);
    this.shown = sight.updated;
    this.sendWith(sight, 'work_pool.snapshot.v1', { snapshot_sequence: ++this.sequence, reason, work_pool: null });
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
    this.peer.send(frame(type, payload));
  }

  /** In a payload the pool stands last. */
  private sendWith(sight: Sight, type: string, payload: object): void {
    const text = frame(type, payload);
    const at = text.lastIndexOf('null');
    this.peer.sendAround(text.slice(0, at), sight.text, text.slice(at + 'null'.length));
  }
}

const frame = (type: string, payload: object): string =>
  JSON.stringify({ type, id: newId(), sent_at: wireTime(), payload });

export const endChannel = (peer: Peer, reason: CloseReason): void => peer.end({ code: closeCodes[reason], reason });

/** A worker cleans up when it says that it can, what, and how much at once. */
export const agreesOnCleanup = (hello: WorkerHello): boolean =>
  hello.requested_capabilities.includes(cleanupDelivery) &&
  hello.handled_cleanup_kinds.length > 0 &&
  hello.max_cleanup_concurrency > 0;

function readyPayload(hello: WorkerHello, { queues, workerId }: Welcome) {
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
  };
}

function jsonIn(text: string): unknown {
  try {
    return parseSent(text);
  } catch {
    throw new ChannelEnd('protocol_error');
  }
}
