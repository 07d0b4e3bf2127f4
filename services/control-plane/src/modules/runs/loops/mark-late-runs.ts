import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AsSystem } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { Loops, type Done } from '../../../core/loops/loops.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import { pastDue, setLate } from './loops.sql.js';
import { settle } from './settle.js';

const batch = 400;
const batchOfOne = 100;
/** So that who has many late runs is through with them sooner than in a hundred passes. */
const roundsMax = 8;
const lateAfterSeconds = 15;

/** Runs that nobody has taken in time are late: once, and only those that wait for their first start. */
@Injectable()
export class MarkLateRuns implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'mark-late-runs',
      says: 'Marks runs as late that nobody has taken in time.',
      everySeconds: 5,
      pass: (as) => this.pass(as),
    });
  }

  private async pass(as: AsSystem): Promise<Done> {
    let late = 0;
    for (let round = 0; round < roundsMax; round++) {
      const { seen, marked } = await this.round(as);
      late += marked;
      if (seen < batchOfOne) return { late };
    }
    return { late, more: 1 };
  }

  private async round(as: AsSystem) {
    const rows = await pastDue(this.database.sql, [lateAfterSeconds, batch, batchOfOne]);
    const plain = rows.filter((row) => row.state_name === 'Scheduled');
    const others = rows.filter((row) => row.state_name !== 'Scheduled');
    if (others.length > 0)
      await setLate(this.database.sql, [others.map((row) => row.workspace_id), others.map((row) => row.flow_run_id)]);
    await settle(plain, ({ workspace_id: workspaceId, flow_run_id: id, due, state_id: ifState }) =>
      this.runs.setState(
        as(workspaceId),
        id,
        { type: 'SCHEDULED', name: 'Late', state_details: { scheduled_time: due } },
        { policy: 'late', ifState },
      ),
    );
    return { seen: rows.length, marked: plain.length };
  }
}
