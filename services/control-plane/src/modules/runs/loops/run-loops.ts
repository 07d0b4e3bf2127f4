import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../core/config/config.js';
import { Database } from '../../../core/db/database.js';
import { Loops } from '../../../core/loops/loops.js';
import { wireTime } from '../../../core/events/events.js';
import { ApiPresence } from '../claims/api-presence.js';
import { dropClaim, expiredClaims, extendClaims } from '../claims/claims.sql.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import { plusSeconds } from '../states/time.js';
import * as sql from './loops.sql.js';

const batch = 400;
const foldBatch = 20_000;
const lateAfterSeconds = 15;
const cancellingSecondsMax = 300;
/** What agents get to renew their claims when the control plane is back. */
const graceSeconds = 30;

/** What time does to runs: they become late, pauses run out, cancellations are carried to the children, lost agents' runs end. */
@Injectable()
export class RunLoops implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Config) private readonly config: Config,
    @Inject(ApiPresence) private readonly presence: ApiPresence,
  ) {}

  onModuleInit(): void {
    this.loops.add({ name: 'mark-late-runs', everySeconds: 5, pass: () => this.markLate() });
    this.loops.add({ name: 'expire-pauses', everySeconds: 5, pass: () => this.expirePauses() });
    this.loops.add({ name: 'recover-lost-claims', everySeconds: 3, pass: () => this.recoverLostClaims() });
    this.loops.add({ name: 'finish-cancellations', everySeconds: 5, pass: () => this.finishCancellations() });
    this.loops.add({ name: 'fold-counts', everySeconds: 3, pass: () => this.foldCounts() });
    this.loops.add({ name: 'keep-partitions', everySeconds: 3600, pass: () => this.keepPartitions() });
  }

  /** While nothing of ours ran nobody could renew a claim: agents that go on get the time to say so. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.config.process === 'loops') await extendClaims(this.database.sql, [graceSeconds]);
  }

  private async markLate() {
    const rows = await sql.pastDue(this.database.sql, [lateAfterSeconds, batch]);
    const plain = rows.filter((row) => row.state_name === 'Scheduled');
    const others = rows.filter((row) => row.state_name !== 'Scheduled');
    if (others.length > 0)
      await sql.setLate(this.database.sql, [
        others.map((row) => row.workspace_id),
        others.map((row) => row.flow_run_id),
      ]);
    const late = plain.map((row) =>
      this.runs.setState({ workspaceId: row.workspace_id }, row.flow_run_id, {
        type: 'SCHEDULED',
        name: 'Late',
        state_details: { scheduled_time: row.due },
      }),
    );
    await Promise.allSettled(late);
    return { late: plain.length };
  }

  private async expirePauses() {
    const rows = await sql.expiredPauses(this.database.sql, [batch]);
    for (const row of rows) {
      const message = `The flow was ${row.suspended ? 'suspended' : 'paused'} and never resumed.`;
      await this.runs.setState({ workspaceId: row.workspace_id }, row.id, { type: 'FAILED', message });
    }
    return { expired: rows.length };
  }

  /** An agent that does not renew its claims is gone: what it had not started is due again, what it ran has crashed. */
  private async recoverLostClaims() {
    if (!(await this.presence.isAnyApiUp())) {
      await extendClaims(this.database.sql, [graceSeconds]);
      return { recovered: 0 };
    }
    const claims = await expiredClaims(this.database.sql, [batch]);
    for (const claim of claims) {
      const ctx = { workspaceId: claim.workspace_id };
      const [run] = await this.runs.getMany(ctx, [claim.flow_run_id]);
      const held = run?.claim_id === claim.claim_id;
      if (held && run.state_type === 'PENDING') await this.giveBack(ctx, run.id, claim.agent_name);
      else if (held && run.state_type === 'RUNNING') await this.crash(ctx, run.id, claim.agent_name);
      else if (held && run.state_type === 'CANCELLING')
        await this.runs.setState(ctx, run.id, {
          type: 'CANCELLED',
          message: `The agent ${claim.agent_name} was lost while it cancelled the run.`,
        });
      else if (held && run.state_type === 'SCHEDULED') await this.reschedule(ctx, run.id, claim.agent_name);
      else await dropClaim(this.database.sql, [claim.workspace_id, claim.flow_run_id, claim.claim_id]);
    }
    return { recovered: claims.length };
  }

  private async giveBack(ctx: { workspaceId: string }, id: string, agent: string): Promise<void> {
    const { state } = await this.runs.getRow(ctx, id);
    const scheduled_time = state?.state_details.scheduled_time ?? wireTime();
    await this.runs.setState(ctx, id, {
      type: 'SCHEDULED',
      message: `The agent ${agent} was lost before it started the run.`,
      state_details: { scheduled_time },
    });
  }

  /** The run's own retry policy decides whether it is tried again, by whichever agent takes it. */
  private async crash(ctx: { workspaceId: string }, id: string, agent: string): Promise<void> {
    const crashed = await this.runs.setState(ctx, id, {
      type: 'CRASHED',
      message: `The agent ${agent} that ran it was lost.`,
    });
    if (!crashed.written) return;
    const run = await this.runs.getRow(ctx, id);
    const { retries, retry_delay: delay } = run.empirical_policy;
    if (!retries || run.run_count > retries || !run.deployment_id) return;
    const scheduled_time = plusSeconds(wireTime(), delay ?? 0);
    await this.runs.setState(ctx, id, {
      type: 'SCHEDULED',
      name: 'AwaitingRetry',
      message: `Tried again after the agent ${agent} was lost.`,
      state_details: { scheduled_time },
    });
  }

  /** It was waiting to be retried by the process that is gone: any agent may retry it now. */
  private async reschedule(ctx: { workspaceId: string }, id: string, agent: string): Promise<void> {
    const crashed = await this.runs.setState(ctx, id, {
      type: 'CRASHED',
      message: `The agent ${agent} was lost while the run waited for its retry.`,
    });
    if (crashed.written)
      await this.runs.setState(ctx, id, {
        type: 'SCHEDULED',
        name: 'AwaitingRetry',
        message: `Tried again after the agent ${agent} was lost.`,
      });
  }

  private async finishCancellations() {
    const stuck = await sql.stuckCancellations(this.database.sql, [cancellingSecondsMax, batch]);
    for (const row of stuck) {
      await this.runs.setState(
        { workspaceId: row.workspace_id },
        row.id,
        { type: 'CANCELLED', message: 'Nobody carried the cancellation out in time.' },
        { force: true },
      );
    }
    const rows = await sql.childrenOfCancelled(this.database.sql, [batch]);
    for (const { workspace_id: workspaceId, child_id: child, deployed } of rows) {
      if (child)
        await this.runs.setState({ workspaceId }, child, {
          type: deployed ? 'CANCELLING' : 'CANCELLED',
          message: 'The parent flow run was cancelled.',
        });
    }
    const parents = [...new Map(rows.map((row) => [row.parent_id, row.workspace_id]))];
    const keys = [parents.map(([, workspaceId]) => workspaceId), parents.map(([id]) => id)];
    const tasks = parents.length > 0 ? await sql.cancelTaskRuns(this.database.sql, keys) : [];
    if (parents.length > 0) await sql.cleanedUp(this.database.sql, keys);
    return { stuck: stuck.length, parents: parents.length, tasks: tasks.length };
  }

  private async foldCounts() {
    let folded = 0;
    for (let last = foldBatch; last === foldBatch; folded += last)
      last = (await sql.foldCounts(this.database.sql, [foldBatch]))[0]?.folded ?? 0;
    return { folded };
  }

  private async keepPartitions() {
    const { eventDays, logDays, stateDays } = this.config.retention;
    const [row] = await sql.ensurePartitions(this.database.sql, [7]);
    const kept: [string, number][] = [
      ['event', eventDays],
      ['log', logDays],
      ['flow_run_state', stateDays],
      ['task_run_state', stateDays],
    ];
    let dropped = 0;
    for (const [table, days] of kept)
      dropped += (await sql.dropPartitions(this.database.sql, [table, days]))[0]?.dropped ?? 0;
    return { made: row?.made ?? 0, dropped };
  }
}
