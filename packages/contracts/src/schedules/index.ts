export { everFires } from './cron.js';
export { upcoming, type Horizon, type Upcoming } from './horizon.js';
export { occurrences, wrongSchedule } from './occurrences.js';
export { storedRRule, UnreadableRule } from './rrule.js';
export { isCron, isInterval, isRRule, scheduleKind, zoneOf, type Occurrence, type Schedule } from './schedule.js';
export { summarize } from './summary.js';
