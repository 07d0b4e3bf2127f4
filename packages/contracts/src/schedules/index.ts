export {
  catchUpDefault,
  catchUpJson,
  graceSeconds,
  missedAt,
  secondsToBegin,
  whySkipped,
  withinSecondsMax,
  type CatchUp,
} from './catch-up.js';
export { clockNote } from './clock-note.js';
export { upcoming, type Horizon, type Upcoming } from './horizon.js';
export { missed, type Missed, type PassedOver } from './missed.js';
export { occurrences, wrongSchedule } from './occurrences.js';
export { hasGivenStart, namesNoDate, ruleBeginsMs, storedRRule, UnreadableRule } from './rrule.js';
export { isCron, isInterval, isRRule, scheduleKind, zoneOf, type Occurrence, type Schedule } from './schedule.js';
export { summarize } from './summary.js';
