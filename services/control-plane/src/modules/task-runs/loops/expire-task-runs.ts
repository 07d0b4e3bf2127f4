import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../core/config/config.js';
import { Database } from '../../../core/db/database.js';
import { Loops } from '../../../core/loops/loops.js';
import { deleteTaskRuns, findExpiredTaskRuns } from '../task-runs.queries.js';

const batchSize = 500;
const batchesMax = 50;

/** Deletes task runs that belong to no flow run, such as those of `.delay()`, once they were heard of last as long ago as runs are kept. */
@Injectable()
export class ExpireTaskRuns implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(Config) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'expire-task-runs',
      says: 'Deletes task runs without a flow run that ended as long ago as they are kept.',
      everySeconds: 600,
      passSecondsMax: 900,
      pass: () => this.pass(),
    });
  }

  private async pass() {
    let expired = 0;
    for (let batches = 0; batches < batchesMax; batches++) {
      const runs = await findExpiredTaskRuns(this.database.db, this.config.retention.runDays, batchSize);
      for (const workspaceId of new Set(runs.map((run) => run.workspace_id))) {
        const ids = runs.filter((run) => run.workspace_id === workspaceId).map((run) => run.id);
        expired += await deleteTaskRuns(this.database.db, workspaceId, ids);
      }
      if (runs.length < batchSize) break;
    }
    return { expired };
  }
}
