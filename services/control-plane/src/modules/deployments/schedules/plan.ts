import {
  catchUpDefault,
  missedAt,
  scheduleKind,
  type Missed,
  type Occurrence,
  type Upcoming,
} from '@headgate/contracts/schedules/index';
import { stringifyExact } from '../../../core/json/exact-json.js';
import type { FlowRunDraft } from '../../runs/index.js';
import type { DueSchedule } from './schedules.queries.js';

/** A schedule, with what it means: the parameters of its runs are resolved, and their times are known. */
export type ReadySchedule = {
  schedule: DueSchedule;
  upcoming: Upcoming;
  /** Of the time in which no pass was made. */
  missed: Missed;
  /** The moment after the last upcoming one, where the policy asks for it. */
  next: string | null;
};

/** What a pass does for one schedule: the runs to make, and when to look at it again. */
export type Plan = {
  schedule: DueSchedule;
  workspace_id: string;
  id: string;
  drafts: FlowRunDraft[];
  next_pass: string;
  made_until: string | null;
  dropped: Missed['dropped'];
};

/** A schedule that is over is looked at again when somebody changes it. */
const never = '9999-01-01T00:00:00Z';
/** Schedules that fire faster than runs are made ahead are looked at so often. */
const lookAgainAfterMsMin = 10_000;

export function planOf({ schedule, upcoming: { occurrences, lookAgainMs }, missed, next }: ReadySchedule): Plan {
  const { workspace_id, id } = schedule;
  const next_pass =
    lookAgainMs === null ? never : new Date(Math.max(lookAgainMs, Date.now() + lookAgainAfterMsMin)).toISOString();
  const common = commonOf(schedule);
  const moments = [...missed.kept, ...occurrences];
  const drafts = moments.map((each, at) => draftOf(common, schedule, each, moments[at + 1]?.instant ?? next));
  const made_until = lookAgainMs === null ? null : (occurrences.at(-1)?.instant ?? new Date().toISOString());
  return { schedule, workspace_id, id, drafts, next_pass, made_until, dropped: missed.dropped };
}

/** What all runs of a schedule have, made once: it may be large. */
const commonOf = (schedule: DueSchedule) => ({
  flow_id: schedule.flow_id,
  parameters: { ...schedule.deployment_parameters, ...schedule.parameters },
  tags: ['auto-scheduled', ...schedule.deployment_tags],
  labels: schedule.deployment_labels,
  deployment: { id: schedule.deployment_id, version: schedule.deployment_version },
  work_queue_id: schedule.work_queue_id,
  work_pool_id: schedule.work_pool_id,
  infrastructure_document_id: schedule.infrastructure_document_id,
  auto_scheduled: true,
  created_by: { id: schedule.id, type: 'SCHEDULE', display_value: schedule.slug ?? scheduleKind(schedule.schedule) },
});

function draftOf(
  common: ReturnType<typeof commonOf>,
  { deployment_id, id, catch_up }: DueSchedule,
  { pythonText, instant }: Occurrence,
  next: string | null,
): FlowRunDraft {
  return {
    ...common,
    idempotency_key: `scheduled ${deployment_id} ${id} ${pythonText}`,
    state: { type: 'SCHEDULED', message: 'Flow run scheduled', state_details: { scheduled_time: instant } },
    missed_at: missedAt(catch_up ?? catchUpDefault, instant, next),
  };
}

/** Of what plans would make the earliest, as much as one request may: so many runs, and so many characters. */
export function earliest(plans: Plan[], runsMax: number, charsMax: number): Plan[] {
  const wanted = plans
    .flatMap((plan) => {
      const chars = charsOf(plan);
      return plan.drafts.map((draft) => ({ draft, plan, chars, at: draft.state?.state_details?.scheduled_time ?? '' }));
    })
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, runsMax);
  let chars = 0;
  const within = wanted.filter((each, at) => (chars += each.chars) <= charsMax || at === 0);
  return plans.map((plan) => ({
    ...plan,
    drafts: within.filter((each) => each.plan === plan).map((each) => each.draft),
  }));
}

/** The first plans, whole, as far as one request may carry them out; one at least. */
export function firstWithin(plans: Plan[], runsMax: number, charsMax: number): Plan[] {
  let [runs, chars] = [0, 0];
  return plans.filter((plan, at) => {
    runs += plan.drafts.length;
    chars += charsOf(plan) * plan.drafts.length;
    return at === 0 || (runs <= runsMax && chars <= charsMax);
  });
}

/** About how much is written for each run of a plan. */
export const charsOf = ({ drafts: [first] }: Plan): number => (first ? stringifyExact(first).length : 0);
