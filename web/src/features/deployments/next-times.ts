import {
  isRRule,
  namesNoDate,
  occurrences,
  storedRRule,
  wrongSchedule,
  type Schedule,
} from '@headgate/contracts/schedules/index';
import type { ScheduleValues } from './schedule-values';

const shown = 3;

/** When a schedule of these values fires next, as the server will reckon it; nothing while they make no schedule. */
export function nextTimes(values: Fires, anchor: string | null, nowMs: number): string[] {
  const schedule = scheduleOf(values, anchor, nowMs);
  if (!schedule || wrongSchedule(schedule) !== null || (isRRule(schedule) && namesNoDate(schedule))) return [];
  const times: string[] = [];
  try {
    for (const { instant } of occurrences(schedule, nowMs + 1)) if (times.push(instant) === shown) break;
  } catch {
    return [];
  }
  return times;
}

export type Fires = Pick<ScheduleValues, 'kind' | 'cron' | 'interval' | 'rrule' | 'timezone'>;

function scheduleOf({ kind, cron, interval, rrule, timezone }: Fires, anchor: string | null, nowMs: number) {
  const zone = timezone.trim() || 'UTC';
  if (kind === 'cron') return cron.trim() ? { cron: cron.trim(), timezone: zone, day_or: true } : null;
  if (kind === 'rrule') return rrule.trim() ? { rrule: storedRRule(rrule, zone, nowMs), timezone: zone } : null;
  if (!/^\d+$/.test(interval.trim())) return null;
  // A new one counts from when it is saved.
  return {
    interval: Number(interval),
    anchor_date: anchor ?? new Date(nowMs).toISOString(),
    timezone: zone,
  } as Schedule;
}
