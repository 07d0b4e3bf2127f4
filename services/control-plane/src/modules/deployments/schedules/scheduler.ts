import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { scheduleKind, upcoming, type Horizon, type Occurrence } from '@headgate/contracts/schedules/index';
import { Database } from '../../../core/db/database.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { Loops } from '../../../core/loops/loops.js';
import { FlowRunsService, type FlowRunDraft } from '../../runs/index.js';
import { lockDueSchedules, setNextPasses, type DueSchedule } from './schedules.queries.js';

const horizon: Horizon = { countMin: 3, secondsMin: 3_600, countMax: 100, secondsMax: 100 * 86_400 };
const schedulesPerPass = 100;
const secondsBetweenLooksMax = 60;
/** A schedule that is out of occurrences, or whose deployment is paused, is looked at again when somebody changes it. */
const never = '9999-01-01T00:00:00Z';

/**
 * Makes the runs of schedules ahead of time. The key of a run is made of the schedule and the moment, so that however
 * often, and by however many, a pass is made, a run appears once.
 */
@Injectable()
export class Scheduler implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Loops) private readonly loops: Loops,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.loops.add({ name: 'schedule-runs', everySeconds: 5, pass: () => this.pass(null) });
  }

  /** Of one deployment, or of all that are due. */
  async pass(only: { workspaceId: string; deploymentId: string } | null): Promise<{ scheduled: number }> {
    return this.database.db.transaction().execute(async (tx) => {
      const due = await lockDueSchedules(tx, schedulesPerPass, only);
      let scheduled = 0;
      for (const schedule of due) scheduled += await this.makeRuns(schedule);
      if (due.length > 0) await setNextPasses(tx, due.map((each) => ({ workspace_id: each.workspace_id, id: each.id, next_pass: nextPass(each) })));
      return { scheduled };
    });
  }

  private async makeRuns(schedule: DueSchedule): Promise<number> {
    if (schedule.paused) return 0;
    try {
      const drafts = upcoming(schedule.schedule, Date.now(), horizon).map((occurrence) => draftOf(schedule, occurrence));
      return drafts.length > 0 ? await this.runs.createMany(schedule.workspace_id, drafts) : 0;
    } catch (error) {
      this.log.error({ err: error, scheduleId: schedule.id }, 'schedule cannot be computed');
      return 0;
    }
  }
}

/** Every minute: the runs that are made reach an hour ahead, so the horizon never runs empty. */
function nextPass(schedule: DueSchedule): string {
  if (schedule.paused) return never;
  const now = Date.now();
  const [first] = safely(() => upcoming(schedule.schedule, now, { ...horizon, countMin: 1, secondsMin: 0, countMax: 1 }));
  if (!first) return never;
  return new Date(now + secondsBetweenLooksMax * 1000).toISOString();
}

function safely(compute: () => Occurrence[]): Occurrence[] {
  try {
    return compute();
  } catch {
    return [];
  }
}

function draftOf(schedule: DueSchedule, occurrence: Occurrence): FlowRunDraft {
  return {
    flow_id: schedule.flow_id,
    idempotency_key: `scheduled ${schedule.deployment_id} ${schedule.id} ${occurrence.pythonText}`,
    state: { type: 'SCHEDULED', message: 'Flow run scheduled', state_details: { scheduled_time: occurrence.instant } },
    parameters: { ...schedule.deployment_parameters, ...schedule.parameters },
    tags: ['auto-scheduled', ...schedule.deployment_tags],
    labels: schedule.deployment_labels,
    deployment: { id: schedule.deployment_id, version: schedule.deployment_version },
    work_queue_id: schedule.work_queue_id,
    work_pool_id: schedule.work_pool_id,
    job_variables: schedule.job_variables,
    infrastructure_document_id: schedule.infrastructure_document_id,
    auto_scheduled: true,
    created_by: { id: schedule.id, type: 'SCHEDULE', display_value: schedule.slug ?? scheduleKind(schedule.schedule) },
  };
}
