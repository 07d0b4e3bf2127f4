import { Inject, Injectable } from '@nestjs/common';
import {
  timedOutTeardown,
  type CleanupFrame,
  type CleanupMessage,
  type CleanupOutcome,
} from '@headgate/contracts/rest/worker-channel';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { Live, topics } from '../../../core/live/live.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import type { WorkPoolRow } from '../pools/work-pool.js';
import {
  ackTeardown,
  forgetOldTeardowns,
  releaseTeardown,
  renewTeardown,
  reserveTeardowns,
  takeBackOverdue,
  teardownStanding,
  type TeardownRow,
} from './teardowns.sql.js';
import { accepted, deadLettered, deliveriesMax, failed, refusal } from './verdict.js';

const leaseSeconds = 30;
const keptDays = 1;
const batch = 100;

type Pool = Pick<WorkPoolRow, 'id'>;
/** Who takes messages: whose they are while their leases run, which queues it would rather serve, how many it can hold. */
type Taker = { consumerId: string; queueIds: string[]; atOnce: number };

/** What runs left whose cancellation nobody carried out: given to the workers of their pools until one has ended it. */
@Injectable()
export class TeardownsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Live) private readonly live: Live,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** What the worker gets now; no other worker of any process gets it before the lease has run out. */
  async reserve(ctx: Ctx, pool: Pool, { consumerId, queueIds, atOnce }: Taker): Promise<CleanupMessage[]> {
    const limits = [Math.min(atOnce, batch), leaseSeconds, deliveriesMax];
    const key = [ctx.workspaceId, pool.id, consumerId, queueIds];
    return (await reserveTeardowns(this.database.sql, [...key, ...limits])).map(toMessage);
  }

  /** What a worker says of a message counts as long as the lease runs whose token it shows. */
  async answer(ctx: Ctx, pool: Pool, frame: CleanupFrame): Promise<CleanupOutcome> {
    const { message_id: messageId, reservation_token: token } = frame.payload;
    try {
      const done = await this.carryOut(pool, frame, [ctx.workspaceId, pool.id, messageId, token]);
      if (done) return done;
      const [standing] = await teardownStanding(this.database.sql, [ctx.workspaceId, messageId, token]);
      return refusal(pool.id, standing);
    } catch (error) {
      this.log.error({ err: error, messageId }, 'answer to a teardown failed');
      return failed;
    }
  }

  /** One pass over what workers did not answer for, and what nobody wanted. */
  async takeBack(): Promise<Record<string, number>> {
    const overdue = await takeBackOverdue(this.database.sql, [deliveriesMax, batch]);
    const [dead, freed] = [overdue.filter((each) => each.dead), overdue.filter((each) => !each.dead)];
    for (const each of dead) this.mourn(each.work_pool_id, each.message_id, each.flow_run_id, 'no answer in time');
    for (const poolId of new Set(freed.map((each) => each.work_pool_id))) this.live.publish(topics.teardowns(poolId));
    const [old] = await forgetOldTeardowns(this.database.sql, [keptDays]);
    return { freed: freed.length, dead: dead.length, forgotten: old?.forgotten ?? 0 };
  }

  /** Null when the message is not (or no longer) the worker's. */
  private async carryOut(pool: Pool, frame: CleanupFrame, key: string[]): Promise<CleanupOutcome | null> {
    const { sql } = this.database;
    if (frame.type === 'cleanup.ack.v1') return (await ackTeardown(sql, key)).length > 0 ? accepted() : null;
    if (frame.type === 'cleanup.renew.v1') {
      const [renewed] = await renewTeardown(sql, [...key, leaseSeconds]);
      return renewed ? accepted(renewed.lease_until) : null;
    }
    const [released] = await releaseTeardown(sql, [...key, deliveriesMax]);
    if (!released) return null;
    if (!released.dead) {
      this.live.publish(topics.teardowns(pool.id));
      return accepted();
    }
    this.mourn(pool.id, frame.payload.message_id, released.flow_run_id, frame.payload.reason);
    return deadLettered;
  }

  private mourn(workPoolId: string, messageId: string, flowRunId: string, reason: string): void {
    this.log.warn({ workPoolId, messageId, flowRunId, reason }, 'infrastructure left behind: no worker ended it');
  }
}

const toMessage = (row: TeardownRow): CleanupMessage => ({
  message_id: row.message_id,
  kind: timedOutTeardown,
  reservation_token: row.token,
  lease_expires_at: row.lease_until,
  delivery_count: row.deliveries,
  work_queue_id: row.work_queue_id,
  target: { flow_run_id: row.flow_run_id, infrastructure_pid: row.infrastructure_pid },
  data: {},
});
