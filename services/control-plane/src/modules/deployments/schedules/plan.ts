import { scheduleKind, type Occurrence, type Upcoming } from '@headgate/contracts/schedules/index';
import type { FlowRunDraft } from '../../runs/index.js';
import type { DueSchedule } from './schedules.queries.js';

/** A schedule, with what it means: the parameters of its runs are resolved, and their times are known. */
export type ReadySchedule = { schedule: DueSchedule; upcoming: Upcoming };

/** What a pass does for one schedule: the runs to make, and when to look at it again. */
export type Plan = { workspace_id: string; id: string; drafts: FlowRunDraft[]; next_pass: string };

/** A schedule that is over is looked at again when somebody changes it. */
const never = '9999-01-01T00:00:00Z';
/** Schedules that fire faster than runs are made ahead are looked at so often. */
const lookAgainAfterMsMin = 10_000;

export function planOf({ schedule, upcoming: { occurrences, lookAgainMs } }: ReadySchedule): Plan {
  const { workspace_id, id } = schedule;
  const next_pass =
    lookAgainMs === null ? never : new Date(Math.max(lookAgainMs, Date.now() + lookAgainAfterMsMin)).toISOString();
  return { workspace_id, id, drafts: occurrences.map((each) => draftOf(schedule, each)), next_pass };
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
    infrastructure_document_id: schedule.infrastructure_document_id,
    auto_scheduled: true,
    created_by: { id: schedule.id, type: 'SCHEDULE', display_value: schedule.slug ?? scheduleKind(schedule.schedule) },
  };
}
