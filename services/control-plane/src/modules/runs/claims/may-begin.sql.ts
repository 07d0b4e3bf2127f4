/** Of a row `q` of the queue: it is not missed. What is missed waits for the loop that skips it, and is offered to nobody. */
export const mayBegin = '(q.missed_at is null or q.missed_at > now())';
