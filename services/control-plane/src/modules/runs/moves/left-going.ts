/**
 * How long after its end it is seen to what a run left going, as SQL: words of its process may still be under way. Whoever
 * cancels waits for none.
 */
export const leftGoingAfter = { cancelled: `interval '2 seconds'`, otherwise: `interval '10 seconds'` };
