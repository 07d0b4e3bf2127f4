import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AsSystem } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { Live, topics } from '../../../core/live/live.js';
import { Loops } from '../../../core/loops/loops.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import { cancelledParents, childrenOf, cleanedUp, stuckCancellations } from './loops.sql.js';
import { settle } from './settle.js';

const batch = 400;
/** By this the runs are known that the loop has ended: a state tells no other way who brought it about. */
const timedOut = 'Nobody carried the cancellation out in time.';

/**
 * Carries cancellations through: to those whom nobody cancels, whose infrastructure workers are then asked to end, and
 * from cancelled runs to their children.
 */
@Injectable()
export class FinishCancellations implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Live) private readonly live: Live,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'finish-cancellations',
      says: 'Carries cancellations through that nobody carries out, down to subflow runs.',
      everySeconds: 5,
      pass: (as) => this.pass(as),
    });
  }

  private async pass(as: AsSystem) {
    const stuck = await stuckCancellations(this.database.sql, [batch]);
    await settle(stuck, ({ workspace_id: workspaceId, id, state_id: ifState }) =>
      this.runs.setState(as(workspaceId), id, { type: 'CANCELLED', message: timedOut }, { force: true, ifState }),
    );
    const parents = await cancelledParents(this.database.sql, [batch]);
    await this.cancelChildren(as, parents);
    return { stuck: stuck.length, parents: parents.length };
  }

  /** The parents are forgotten last: who is interrupted before does it all again. */
  private async cancelChildren(as: AsSystem, parents: { workspace_id: string; flow_run_id: string }[]): Promise<void> {
    if (parents.length === 0) return;
    const keys = [parents.map((row) => row.workspace_id), parents.map((row) => row.flow_run_id)];
    const children = await childrenOf(this.database.sql, keys);
    await settle(children, ({ workspace_id: workspaceId, id, deployed }) =>
      this.runs.setState(as(workspaceId), id, {
        type: deployed ? 'CANCELLING' : 'CANCELLED',
        message: 'The parent flow run was cancelled.',
      }),
    );
    const pools = await cleanedUp(this.database.sql, [...keys, timedOut]);
    for (const pool of pools) this.live.publish(topics.teardowns(pool.work_pool_id));
  }
}
