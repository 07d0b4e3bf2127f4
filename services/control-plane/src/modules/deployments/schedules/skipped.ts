import {
  catchUpDefault,
  catchUpJson,
  scheduleKind,
  whySkipped,
  type CatchUp,
  type PassedOver,
} from '@headgate/contracts/schedules/index';
import type { EventDraft } from '../../../core/events/events.js';
import type { LastSkipped, ScheduleRow } from '../deployment.js';

/** What a pass skipped of one schedule: runs that were made and ended, or moments for which none was made. */
export type Skipped = PassedOver & { made: boolean };

export type SkippingSchedule = Pick<ScheduleRow, 'id' | 'slug' | 'schedule' | 'catch_up' | 'deployment_id'> & {
  flow_id: string;
  deployment_name: string;
};

const whyNotMade =
  'Skipped: the server was away at its time. Of the runs that were missed meanwhile, the schedule starts the newest 100.';

/** In words. Of moments for which nobody made a run, too many were passed over where the policy would have all. */
export function whyOf(catchUp: CatchUp | null, { made }: Pick<Skipped, 'made'>): string {
  const policy = catchUp ?? catchUpDefault;
  return policy === 'all' && !made ? whyNotMade : whySkipped(policy);
}

/** One event for a schedule and a pass, however many were skipped. */
export function skippedEvent(schedule: SkippingSchedule, skipped: Skipped): EventDraft {
  const { count, more, first, last, made } = skipped;
  const policy = schedule.catch_up ?? catchUpDefault;
  return {
    event: 'headgate.schedule.skipped',
    resource: {
      'prefect.resource.id': `headgate.schedule.${schedule.id}`,
      'prefect.resource.name': schedule.slug ?? scheduleKind(schedule.schedule),
    },
    related: [
      { 'prefect.resource.id': `prefect.flow.${schedule.flow_id}`, 'prefect.resource.role': 'flow' },
      {
        'prefect.resource.id': `prefect.deployment.${schedule.deployment_id}`,
        'prefect.resource.role': 'deployment',
        'prefect.resource.name': schedule.deployment_name,
      },
    ],
    payload: {
      count,
      at_least: more,
      first,
      last,
      made,
      catch_up: catchUpJson(policy),
      message: whyOf(schedule.catch_up, skipped),
    },
  };
}

/** Skips that follow each other so closely are one absence. */
const sameAbsenceMs = 600_000;

/** What is remembered: the skips of one absence together. */
export function remembered(before: LastSkipped | null, skipped: Skipped, catchUp: CatchUp | null): LastSkipped {
  const now = new Date();
  const fresh = { ...skipped, at: now.toISOString(), why: whyOf(catchUp, skipped) };
  if (!before || now.getTime() - Date.parse(before.at) > sameAbsenceMs) return fresh;
  return {
    ...fresh,
    count: before.count + skipped.count,
    more: before.more || skipped.more,
    first: before.first < skipped.first ? before.first : skipped.first,
    last: before.last > skipped.last ? before.last : skipped.last,
    made: before.made && skipped.made,
  };
}
