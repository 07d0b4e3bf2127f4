import { type Rule } from '../rule.js';
import { startAgain } from './leave-terminal.js';

/** Whoever schedules a run that its own process would try again takes it from that process: it is offered to others. */
export const rescheduleTakesOver: Rule = {
  name: 'reschedule-takes-over',
  from: ['SCHEDULED'],
  to: ['SCHEDULED'],
  apply: ({ policy }, draft) => (policy.retry_type === 'in_process' ? startAgain(draft) : draft),
};
