/** Nobody carries a cancellation out that has taken longer. */
const cancellingFor = `interval '5 minutes'`;

/** Of the statements that create and move runs: until when a run `done` may stay in its state; null in most of them. */
export const waitsUntil = `case type when 'PAUSED' then (state->'state_details'->>'pause_timeout')::timestamptz when 'CANCELLING' then at + ${cancellingFor} end`;
