import { RRuleTemporal } from 'rrule-temporal';
import { fromNaiveBack, toNaive, type Micros } from './local-time.js';
import { fitsNoMonth, wrongRule } from './rrule-grammar.js';
import type { RRuleSchedule } from './schedule.js';

const timesMax = 1_000;
export const rruleLengthMax = 6_500;
/** Of one set. Reading one takes longer than reading the rest of the request. */
const rulesMax = 50;
const anchorMs = Date.UTC(2020, 0, 1);
const anchorText = 'DTSTART:20200101T000000';
/** Before the first there is nothing, before the second nobody followed calendar rules: what Prefect and we run by is younger. */
const [firstMs, followedMs] = [Date.UTC(1970, 0, 1), Date.UTC(2022, 0, 1)];

/**
 * The rule as it is stored. One without a start gets one, so that "every second Monday" means the same weeks after
 * every restart: the beginning of 2020, or, for rules by the second or minute, a recent moment in step with it.
 */
export function storedRRule(text: string, zone: string, nowMs: number = Date.now()): string {
  const rule = text.trim();
  if (/^DTSTART/im.test(rule)) return rule;
  const start = new Date(anchorMs + recentSteps(rule, toNaive(nowMs, zone) - anchorMs))
    .toISOString()
    .slice(0, 19)
    .replaceAll(/[-:]/g, '');
  return `DTSTART:${start}\n${rule}`;
}

/** Of the time since the anchor, what consists of whole intervals; nothing for rules that count from their start. */
function recentSteps(rule: string, elapsedMs: number): number {
  const unitMs = /FREQ=SECONDLY/i.test(rule) ? 1_000 : /FREQ=MINUTELY/i.test(rule) ? 60_000 : null;
  if (unitMs === null || /COUNT=/i.test(rule)) return 0;
  const stepMs = unitMs * Math.max(Number(/INTERVAL=(\d+)/i.exec(rule)?.[1] ?? 1), 1);
  return Math.max(Math.floor(Math.min(elapsedMs, endOf(rule) - anchorMs) / stepMs), 0) * stepMs;
}

/** A rule that is over began before its end all the same. */
function endOf(rule: string): number {
  const [, year, month, day] = /UNTIL=(\d{4})(\d\d)(\d\d)/i.exec(rule) ?? [];
  return year ? Date.UTC(Number(year), Number(month) - 1, Number(day)) : Infinity;
}

/** Whether its start is the one that `storedRRule` gives. */
export const hasGivenStart = ({ rrule }: RRuleSchedule): boolean => rrule.startsWith(anchorText);

/** From when on (epoch milliseconds) a rule must fire at least once: one that never did, and never will, is none. */
export const ruleBeginsMs = (schedule: RRuleSchedule): number => (hasGivenStart(schedule) ? followedMs : firstMs);

/** For dates alone: the library wants a rule beside them. */
const never = ['DTSTART:19700101T000000Z', 'RRULE:FREQ=YEARLY;COUNT=1', 'EXDATE:19700101T000000Z'];

/** What comes from any of `rules`, and from none of `exceptions`. */
export type RuleSet = { rules: RRuleTemporal[]; exceptions: RRuleTemporal[] };

/**
 * Zones inside the rule are dropped: its times are the wall clock of the schedule's zone. A line that does not say what
 * it is holds the rule.
 */
const linesOf = ({ rrule, timezone }: RRuleSchedule): string[] =>
  storedRRule(rrule, timezone)
    .toUpperCase()
    .split(/\s+/)
    .map((line) => (/^(DTSTART|RRULE|RDATE|EXRULE|EXDATE)[:;]/.test(line) ? line : `RRULE:${line}`))
    .map((line) => line.replace(/^(DTSTART|EXDATE|RDATE);TZID=[^:]+:/, '$1:'))
    .map((line) => line.replaceAll(/(\d{8}T\d{6})Z?/g, '$1Z'));

/** Dates that are left out (EXDATE) are left out of every rule of the set. Throws for a rule that cannot be read. */
export function parseRRule(schedule: RRuleSchedule): RuleSet {
  const lines = linesOf(schedule);
  const named = (name: string) => lines.filter((line) => line.startsWith(name));
  const rule = (...parts: string[]) => new RRuleTemporal({ rruleString: [...named('DTSTART'), ...parts].join('\n') });
  const [first, ...others] = named('RRULE');
  const dates = [...named('RDATE'), ...named('EXDATE')];
  return {
    rules: [
      first ? rule(first, ...dates) : new RRuleTemporal({ rruleString: [...never, ...dates].join('\n') }),
      ...others.map((line) => rule(line, ...named('EXDATE'))),
    ],
    exceptions: named('EXRULE').map((line) => rule(line.replace('EXRULE', 'RRULE'))),
  };
}

/** What can be told in no time. Whether a rule can be followed shows when its times are asked for. */
export function wrongRRule(schedule: RRuleSchedule): string | null {
  if (schedule.rrule.length > rruleLengthMax) return `Invalid RRule: at most ${rruleLengthMax} characters are allowed.`;
  const wrong = wrongLines(schedule);
  return wrong && `Invalid RRule string "${schedule.rrule}": ${wrong}`;
}

function wrongLines(schedule: RRuleSchedule): string | null {
  if (!/FREQ=|^RDATE/im.test(schedule.rrule)) return 'It names no frequency.';
  const rules = linesOf(schedule).filter((line) => /^(RRULE|EXRULE)/.test(line));
  if (rules.length > rulesMax) return `At most ${rulesMax} rules are allowed, these are ${rules.length}.`;
  for (const line of rules) {
    const wrong = wrongRule(line.replace(/^(RRULE|EXRULE)[:;]/, ''));
    if (wrong) return wrong;
  }
  return null;
}

/** Whether the days that it names are in none of its months; what is not told so shows when its times are asked for. */
export function namesNoDate(schedule: RRuleSchedule): boolean {
  const lines = linesOf(schedule).filter((line) => /^R(RULE|DATE)/.test(line));
  return lines.every((line) => line.startsWith('RRULE') && fitsNoMonth(line.slice('RRULE:'.length)));
}

/** A calendar rule that cannot be followed. */
export class UnreadableRule extends Error {}

function readable(schedule: RRuleSchedule): RuleSet {
  try {
    return parseRRule(schedule);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreadableRule(`Invalid RRule string "${schedule.rrule}": ${why}`, { cause: error });
  }
}

/** Every rule is asked again only when what it said last has come. */
export function* rruleTimes(schedule: RRuleSchedule, from: Micros): Generator<Micros> {
  const { rules, exceptions } = readable(schedule);
  const fromMs = toNaive(Math.ceil(from / 1000), schedule.timezone);
  const coming = rules.map((rule) => ({ rule, at: nextOf(rule, fromMs, true) }));
  const excepted = exceptions.map((rule) => ({ rule, at: nextOf(rule, fromMs, true) }));
  for (let tries = 0; tries < timesMax; tries++) {
    const next = earliest(coming.map(({ at }) => at));
    if (next === null) return;
    for (const each of coming) if (each.at === next) each.at = nextOf(each.rule, next, false);
    for (const each of excepted) if (each.at !== null && each.at < next) each.at = nextOf(each.rule, next, true);
    if (excepted.some(({ at }) => at === next)) continue;
    yield fromNaiveBack(next, schedule.timezone) * 1000;
  }
}

function earliest(times: (number | null)[]): number | null {
  const found = times.filter((time) => time !== null);
  return found.length > 0 ? Math.min(...found) : null;
}

/** Null when there is none, and when the library gives up looking for one (30 February). */
function nextOf(rule: RRuleTemporal, naiveMs: number, inclusive: boolean): number | null {
  try {
    return rule.next(new Date(naiveMs), inclusive)?.epochMilliseconds ?? null;
  } catch {
    return null;
  }
}
