import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AsSystem } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { Loops } from '../../../core/loops/loops.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import { expiredPauses } from './loops.sql.js';
import { settle } from './settle.js';

const batch = 400;

/** Who is not resumed in time has failed. */
@Injectable()
export class ExpirePauses implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'expire-pauses',
      says: 'Fails paused runs that were not resumed in time.',
      everySeconds: 5,
      pass: (as) => this.pass(as),
    });
  }

  private async pass(as: AsSystem) {
    const rows = await expiredPauses(this.database.sql, [batch]);
    await settle(rows, ({ workspace_id: workspaceId, id, suspended, state_id: ifState }) => {
      const message = `The flow was ${suspended ? 'suspended' : 'paused'} and never resumed.`;
      return this.runs.setState(as(workspaceId), id, { type: 'FAILED', message }, { force: true, ifState });
    });
    return { expired: rows.length };
  }
}
