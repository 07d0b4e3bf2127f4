import { nextFold } from './clock-changes.js';
import { moments } from './occurrences.js';
import { isCron, zoneOf, type Schedule } from './schedule.js';

type Known = { fromMs: number; untilMs: number; note: string | null };
const known = new Map<string, Known>();
const knownMax = 10_000;
const dayMs = 86_400_000;

/**
 * What people should know of a cron schedule that goes on through the hour in which clocks are put back: each time of day
 * fires once, so the second of the two hours is left out. Null where that concerns nobody. It is the same until the clocks
 * are put back, and is kept: every list of schedules asks.
 */
export function clockNote(schedule: Schedule, nowMs: number = Date.now()): string | null {
  if (!isCron(schedule)) return null;
  const zone = zoneOf(schedule);
  if (zone === 'UTC') return null;
  const key = JSON.stringify([zone, schedule.cron, schedule.day_or]);
  const found = known.get(key);
  if (found && nowMs >= found.fromMs && nowMs < found.untilMs) return found.note;
  const fold = nextFold(zone, nowMs);
  const note = fold && noteOf(schedule, zone, fold);
  if (known.size >= knownMax) known.clear();
  known.set(key, { fromMs: nowMs, untilMs: fold?.atMs ?? nowMs + dayMs, note });
  return note;
}

function noteOf(schedule: Schedule, zone: string, { atMs, foldMs }: { atMs: number; foldMs: number }): string | null {
  const last = lastBefore(schedule, atMs - foldMs, atMs);
  const [next] = moments(schedule, atMs);
  if (last === null || next === undefined || next < (atMs + foldMs) * 1000 || next >= (atMs + 2 * foldMs) * 1000)
    return null;
  const [day] = new Date(atMs).toISOString().split('T');
  const minutes = Math.round((next - last) / 60_000_000);
  return `On ${day} the clocks of ${zone} are put back, and cron leaves out the hour that comes twice: nothing fires for ${minutes} minutes. Take an interval, or UTC, where that matters.`;
}

function lastBefore(schedule: Schedule, fromMs: number, untilMs: number): number | null {
  let last: number | null = null;
  for (const at of moments(schedule, fromMs)) {
    if (at >= untilMs * 1000) break;
    last = at;
  }
  return last;
}
