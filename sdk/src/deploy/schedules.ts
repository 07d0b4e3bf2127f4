import { scheduleKinds } from '@headgate/contracts/rest/deployments';
import { withinSecondsMax } from '@headgate/contracts/schedules/catch-up';
import { z } from 'zod';
import type { DeploymentJson, ScheduleDraft, ScheduleJson } from '../client/index.js';
import { wordsOf } from '../given.js';

/**
 * Which of the missed runs, those that did not start at their time, start late: all of them, only the latest, none, or those
 * that are at most so many seconds late. The others are skipped. What was set stays where a deployment is made again
 * without a word of it.
 */
export type CatchUp = 'all' | 'latest' | 'none' | { withinSeconds: number };

/**
 * When a deployment runs. `cron`, `interval` (seconds) and `rrule` are short for one entry of `schedules`. Where none is
 * named, a deployment that is there keeps those that it has; those that are named take the place of all, and `schedules: []`
 * takes all away.
 */
export type ScheduleOptions = {
  cron?: string;
  /** Seconds. */
  interval?: number;
  rrule?: string;
  /** IANA name; UTC when left out. */
  timezone?: string;
  /** Of every schedule that says nothing else. */
  catchUp?: CatchUp;
  schedules?: (ScheduleJson & { active?: boolean; parameters?: Record<string, unknown>; catchUp?: CatchUp })[];
};

const catchUpKnown = z.union([
  z.enum(['all', 'latest', 'none']),
  z.strictObject({ withinSeconds: z.int().min(1).max(withinSecondsMax) }),
]);
const catchUp = z
  .unknown()
  .refine(
    (given) => given === undefined || catchUpKnown.safeParse(given).success,
    `must be 'all', 'latest', 'none', or { withinSeconds } of a whole number from 1 to ${withinSecondsMax.toLocaleString('en-US')}`,
  )
  .optional();
const kinds = Object.keys(scheduleKinds) as (keyof typeof scheduleKinds)[];

/** One entry as it was given, against what the server would say of it. */
const entry = z
  .looseObject({
    active: z.boolean().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    catchUp,
  })
  .superRefine(({ active: _, parameters: __, catchUp: ___, ...schedule }, context) => {
    const given = kinds.filter((kind) => schedule[kind] !== undefined);
    const wrong = given.length === 1 ? wrongOf(given[0]!, schedule) : 'A schedule has one of cron, interval and rrule';
    if (wrong) context.addIssue({ code: 'custom', message: wrong });
  });

function wrongOf(kind: keyof typeof scheduleKinds, schedule: Record<string, unknown>): string | null {
  const answer = scheduleKinds[kind].safeParse(schedule);
  return answer.success ? null : wordsOf(answer.error);
}

/** The shape of the options above. */
export const scheduleShape = {
  cron: z.string().optional(),
  interval: z.number().optional(),
  rrule: z.string().optional(),
  timezone: z.string().optional(),
  catchUp,
  schedules: z.array(z.record(z.string(), z.unknown())).optional(),
};

/** Of options that are of that shape; undefined where no schedule is named. Throws a ZodError that says what is wrong. */
export function schedulesOf(options: ScheduleOptions): ScheduleDraft[] | undefined {
  const { cron, interval, rrule, timezone, schedules } = options;
  const short = Object.entries({ cron, interval, rrule }).flatMap(([kind, value]) =>
    value === undefined ? [] : [{ [kind]: value } as ScheduleJson],
  );
  if (short.length === 0 && !schedules) return undefined;
  const zone = timezone === undefined ? {} : { timezone };
  const given = [...short, ...(schedules ?? [])].map((each) => ({ ...zone, ...each }));
  z.object({ schedules: z.array(entry) }).parse({ schedules: given });
  return given.map((each) => draftOf(each, options.catchUp));
}

type Given = NonNullable<ScheduleOptions['schedules']>[number];

function draftOf({ active, parameters, catchUp: own, ...schedule }: Given, shared: CatchUp | undefined): ScheduleDraft {
  const late = own ?? shared;
  return {
    schedule,
    ...(active !== undefined && { active }),
    ...(parameters && { parameters }),
    ...(late !== undefined && { catch_up: typeof late === 'object' ? late.withinSeconds : late }),
  };
}

/** How many of the schedules that were there nothing has taken the place of. An interval counts from when it is made. */
export function removedFrom(before: DeploymentJson | null, after: DeploymentJson): number {
  const left = after.schedules.map(keyOf);
  const removed = (before?.schedules ?? []).filter((each) => {
    const at = left.indexOf(keyOf(each));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return removed.length;
}

function keyOf({ schedule, parameters = {} }: DeploymentJson['schedules'][number]): string {
  const { cron, interval, rrule, timezone } = schedule as Record<string, unknown>;
  return JSON.stringify([cron, interval, rrule, timezone, parameters]);
}
