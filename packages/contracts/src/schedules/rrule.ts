import type { DateTime } from 'luxon';
import { RRuleTemporal } from 'rrule-temporal';
import { fromNaive, toNaive } from './local-time.js';
import type { RRuleSchedule } from './schedule.js';

const iterationsMax = 1_000;
export const rruleLengthMax = 6_500;
const anchor = '20200101T000000';

/**
 * The rule as it is stored. One without a start gets one, so that "every second Monday" means the same weeks after
 * every restart.
 */
export function storedRRule(text: string): string {
  const rule = text.trim();
  if (/^DTSTART/im.test(rule) || /;DTSTART=/i.test(rule)) return rule;
  return `DTSTART:${anchor}\n${/^(RRULE|RDATE|EXRULE|EXDATE)[:;]/im.test(rule) ? rule : `RRULE:${rule}`}`;
}

/** Zones inside the rule are dropped: its times are the wall clock of the schedule's zone. */
function parse(rrule: string): RRuleTemporal {
  const text = storedRRule(rrule)
    .split(/\r?\n/)
    .map((line) => line.replace(/^(DTSTART|EXDATE|RDATE);TZID=[^:]+:/i, '$1:'))
    .map((line) => line.replaceAll(/(\d{8}T\d{6})Z?/g, '$1Z'))
    .join('\n');
  return new RRuleTemporal({ rruleString: text });
}

export function wrongRRule(rrule: string): string | null {
  if (rrule.length > rruleLengthMax) return `Invalid RRule: at most ${rruleLengthMax} characters are allowed.`;
  try {
    parse(rrule);
    return null;
  } catch (error) {
    return `Invalid RRule string: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export function* rruleOccurrences(schedule: RRuleSchedule, fromMs: number): Generator<DateTime<true>> {
  const rule = parse(schedule.rrule);
  let naiveMs = toNaive(fromMs, schedule.timezone);
  let inclusive = true;
  let last = -Infinity;
  for (let tries = 0; tries < iterationsMax; tries++) {
    const next = rule.next(new Date(naiveMs), inclusive);
    if (!next) return;
    naiveMs = next.epochMilliseconds;
    inclusive = false;
    const time = fromNaive(naiveMs, schedule.timezone);
    if (time.toMillis() < fromMs || time.toMillis() <= last) continue;
    last = time.toMillis();
    yield time;
  }
}
