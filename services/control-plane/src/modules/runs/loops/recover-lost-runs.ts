import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AsSystem } from '../../../core/access/ctx.js';
import { Config } from '../../../core/config/config.js';
import { Database } from '../../../core/db/database.js';
import { wireTime } from '../../../core/events/events.js';
import { Loops } from '../../../core/loops/loops.js';
import { ApiPresence } from '../claims/api-presence.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import { dropHeartbeats, hearAllHeartbeats } from '../heartbeats/heartbeats.sql.js';
import type { ProposedInput } from '../states/state.js';
import { Absence } from './absence.js';
import { heartbeatsStopped, ownRetriesMissed, takenAndNotStarted, type LostRun } from './lost-runs.sql.js';
import { settle } from './settle.js';

const batch = 400;
const batchOfOne = 100;
/** A run that is taken and not started so often has something about it that no worker gets past. */
const returnsMax = 3;
const givenBack = 'A worker took the run and did not start it in time.';
const ownRetrySecondsMax = 300;
/** What processes get to speak up when the control plane is back. */
const graceMs = 60_000;

/**
 * Runs that no claim holds, of workers and processes that are gone: what was taken and not started is due again, what
 * stopped telling that it lives has crashed, what its own process does not try again is late and offered to others, where
 * there can be any.
 */
@Injectable()
export class RecoverLostRuns implements OnModuleInit {
  private readonly absence: Absence;

  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Config) config: Config,
    @Inject(ApiPresence) presence: ApiPresence,
  ) {
    this.absence = new Absence(presence, config, graceMs);
  }

  onModuleInit(): void {
    this.loops.add({
      name: 'recover-lost-runs',
      says: 'Recovers runs whose worker or process was lost.',
      everySeconds: 5,
      pass: (as) => this.pass(as),
    });
  }

  private async pass(as: AsSystem) {
    if (await this.absence.excuses(() => hearAllHeartbeats(this.database.sql, [])))
      return { returned: 0, crashed: 0, late: 0 };
    return {
      returned: await this.returnPending(as),
      crashed: await this.endSilent(as),
      late: await this.offerRetries(as),
    };
  }

  private async returnPending(as: AsSystem): Promise<number> {
    const rows = await takenAndNotStarted(this.database.sql, [batch, batchOfOne, givenBack]);
    await settle(rows, (run) =>
      this.move(
        as,
        run,
        run.returns < returnsMax
          ? { type: 'SCHEDULED', message: givenBack, state_details: { scheduled_time: run.due ?? wireTime() } }
          : { type: 'CRASHED', message: `Workers took the run ${run.returns + 1} times and did not start it in time.` },
      ),
    );
    return rows.length;
  }

  private async endSilent(as: AsSystem): Promise<number> {
    const rows = await heartbeatsStopped(this.database.sql, [batch]);
    // What is PENDING and has a deployment is due again after its time.
    const silent = rows.filter((run) => run.state_type === 'RUNNING' || (run.state_type === 'PENDING' && run.alone));
    await settle(silent, ({ seconds, ...run }) =>
      this.move(as, run, { type: 'CRASHED', message: `Its process has not been heard of for ${seconds} seconds.` }),
    );
    // Whoever is heard of again is remembered again.
    if (rows.length > 0)
      await dropHeartbeats(this.database.sql, [rows.map((run) => run.workspace_id), rows.map((run) => run.id)]);
    return silent.length;
  }

  private async offerRetries(as: AsSystem): Promise<number> {
    const rows = await ownRetriesMissed(this.database.sql, [ownRetrySecondsMax, batch]);
    await settle(rows, (run) =>
      this.move(
        as,
        run,
        run.alone
          ? { type: 'CRASHED', message: 'Its process was to try it again, and did not.' }
          : { type: 'SCHEDULED', name: 'Late', state_details: { scheduled_time: run.due } },
      ),
    );
    return rows.length;
  }

  private move(
    as: AsSystem,
    run: Pick<LostRun, 'workspace_id' | 'id'> & { state_id: string | null },
    state: ProposedInput,
  ) {
    return this.runs.setState(as(run.workspace_id), run.id, state, { policy: 'lost', ifState: run.state_id });
  }
}
