import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AsSystem, Ctx } from '../../../core/access/ctx.js';
import { Config } from '../../../core/config/config.js';
import { Database } from '../../../core/db/database.js';
import { wireTime } from '../../../core/events/events.js';
import { Loops } from '../../../core/loops/loops.js';
import { ApiPresence } from '../claims/api-presence.js';
import { dropClaim, extendClaims } from '../claims/claims.sql.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import { plusSeconds } from '../states/time.js';
import type { ProposedInput } from '../states/state.js';
import { Absence } from './absence.js';
import { takeExpiredClaims, type ExpiredClaim } from './loops.sql.js';
import { settle } from './settle.js';

const batch = 400;
const batchOfOne = 100;
/** What agents get to renew their claims when the control plane is back. */
const graceSeconds = 30;

/** An agent that does not renew its claims is gone: what it had not started is due again, what it ran has crashed. */
@Injectable()
export class RecoverLostClaims implements OnModuleInit {
  private readonly absence: Absence;

  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Config) config: Config,
    @Inject(ApiPresence) presence: ApiPresence,
  ) {
    // The claims carry their grace themselves: one that an agent gives up meanwhile need not wait for it.
    this.absence = new Absence(presence, config, 0);
  }

  onModuleInit(): void {
    this.loops.add({
      name: 'recover-lost-claims',
      says: 'Recovers runs whose agent was lost.',
      everySeconds: 3,
      pass: (as) => this.pass(as),
    });
  }

  private async pass(as: AsSystem) {
    if (await this.absence.excuses(() => extendClaims(this.database.sql, [graceSeconds]))) return { recovered: 0 };
    const claims = await takeExpiredClaims(this.database.sql, [batch, batchOfOne]);
    await settle(claims, (claim) => this.recover(as(claim.workspace_id), claim));
    return { recovered: claims.length };
  }

  /** The claim goes with the move: who is interrupted before finds it again. */
  private async recover(ctx: Ctx, claim: ExpiredClaim): Promise<void> {
    const [run] = await this.runs.getMany(ctx, [claim.flow_run_id]);
    const next = run?.claim_id === claim.claim_id ? stateAfterLoss(run, claim.agent_name) : null;
    if (run && next) await this.runs.setState(ctx, run.id, next, { policy: 'lost', ifState: run.state?.id });
    else await dropClaim(this.database.sql, [claim.workspace_id, claim.flow_run_id, claim.claim_id]);
  }
}

/** Where a run goes whose agent is lost; the run's own retry policy decides whether another agent tries again. */
function stateAfterLoss(run: FlowRunRow, agent: string): ProposedInput | null {
  const { retries, retry_delay: delay } = run.empirical_policy;
  const again = (message: string, scheduled_time: string, name?: string): ProposedInput => ({
    type: 'SCHEDULED',
    name,
    message,
    state_details: { scheduled_time },
  });
  switch (run.state_type) {
    case 'PENDING': {
      const due = run.state?.state_details.scheduled_time ?? wireTime();
      return again(`The agent ${agent} was lost before it started the run.`, due);
    }
    // A pause that keeps its process has lost it: nobody would go on when it ends.
    case 'PAUSED':
    case 'RUNNING':
      if (!retries || run.run_count > retries || !run.deployment_id)
        return { type: 'CRASHED', message: `The agent ${agent} that ran it was lost.` };
      return again(
        `Tried again after the agent ${agent} was lost.`,
        plusSeconds(wireTime(), delay ?? 0),
        'AwaitingRetry',
      );
    case 'SCHEDULED':
      // Of whoever was quicker it is due again already.
      if (run.empirical_policy.retry_type !== 'in_process') return null;
      return again(
        `Tried again after the agent ${agent} was lost.`,
        run.state?.state_details.scheduled_time ?? wireTime(),
        'AwaitingRetry',
      );
    case 'CANCELLING':
      return { type: 'CANCELLED', message: `The agent ${agent} was lost while it cancelled the run.` };
    default:
      return null;
  }
}
