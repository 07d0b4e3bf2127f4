export { occurrences, upcoming, wrongSchedule, type Horizon } from './occurrences.js';
export { storedRRule } from './rrule.js';
export { isCron, isInterval, isRRule, scheduleKind, type Occurrence, type Schedule } from './schedule.js';
export { summarize } from './summary.js';
