import { Inject, Injectable } from '@nestjs/common';
import { refusalOf } from '@headgate/contracts';
import type { Ctx } from '../../../core/access/ctx.js';
import { conflict } from '../../../core/errors/app-error.js';
import { actorWords } from '../../../core/events/actor.js';
import { wireTime } from '../../../core/events/events.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import { ResumeService } from '../flow-runs/resume.service.js';
import type { OrchestrationResult } from '../moves/result.js';

/** What people do with a run, at whichever door. The state says who did it. */
@Injectable()
export class RunActions {
  constructor(
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(ResumeService) private readonly resumption: ResumeService,
  ) {}

  cancel(ctx: Ctx, id: string): Promise<OrchestrationResult> {
    const cancelling = { type: 'CANCELLING', message: `Cancelled by ${actorWords(ctx.actor)}` } as const;
    return this.runs.setState(ctx, id, cancelling, { byHand: true });
  }

  /** Once more, or now what was to be tried again later. */
  async retry(ctx: Ctx, id: string): Promise<OrchestrationResult> {
    const run = await this.runs.getRow(ctx, id);
    const refusal = refusalOf('retry', factsOf(run), Date.now());
    if (refusal === 'deployment')
      throw conflict('Only runs of a deployment can be retried from here: nothing else knows how to start them.');
    if (refusal) throw conflict('The run has not ended, and waits for no retry: there is nothing to retry.');
    const again = {
      type: 'SCHEDULED',
      name: 'AwaitingRetry',
      message: `Retried by ${actorWords(ctx.actor)}`,
      state_details: { scheduled_time: wireTime() },
    } as const;
    return this.runs.setState(ctx, id, again, { force: true, ifState: run.state?.id, byHand: true });
  }

  /** Its process ends, and starts anew when it is resumed. */
  async suspend(ctx: Ctx, id: string): Promise<OrchestrationResult> {
    const run = await this.runs.getRow(ctx, id);
    if (refusalOf('suspend', factsOf(run), Date.now()) === 'deployment')
      throw conflict('Only runs of a deployment can be suspended: nothing else could start them again.');
    const suspended = {
      type: 'PAUSED',
      name: 'Suspended',
      message: `Suspended by ${actorWords(ctx.actor)}`,
      state_details: { pause_reschedule: true },
    } as const;
    return this.runs.setState(ctx, id, suspended, { byHand: true });
  }

  resume(ctx: Ctx, id: string, input?: Record<string, unknown>): Promise<OrchestrationResult> {
    return this.resumption.resume(ctx, id, input, { byHand: true });
  }
}

const factsOf = (run: FlowRunRow) => ({
  stateType: run.state_type,
  stateName: run.state_name,
  due: run.next_scheduled_start_time,
  hasDeployment: run.deployment_id !== null,
});
