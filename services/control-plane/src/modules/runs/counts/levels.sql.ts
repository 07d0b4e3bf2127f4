/**
 * What the changes in `flow_run_count` add up to in `flow_run_tally`. In the place of a deployment stands for which part of
 * the workspace a row is, in that of the hour the time: -infinity is all of it.
 */

/** All runs of a workspace: per hour of the expected start, and in total. */
export const wholeWorkspace = '00000000-0000-0000-0000-000000000000';
/** The same per day. */
export const expectedDays = '00000000-0000-0000-0000-000000000001';
/** Runs by the time in their ids, whatever their state: per hour, and per day. */
export const madeHours = '00000000-0000-0000-0000-000000000002';
export const madeDays = '00000000-0000-0000-0000-000000000003';

/** The levels to which a change `c` adds what, as columns of `level`; those without a key or a time are none. */
export const levelsOf = `(values
    ('${wholeWorkspace}'::uuid, c.hour, c.state_type, c.started, c.delay_seconds), ('${wholeWorkspace}', '-infinity', c.state_type, c.started, c.delay_seconds),
    (c.deployment_id, '-infinity', c.state_type, c.started, c.delay_seconds),
    ('${expectedDays}', date_trunc('day', c.hour, 'UTC'), c.state_type, c.started, c.delay_seconds),
    ('${madeHours}', c.made, '', 0, 0), ('${madeDays}', date_trunc('day', c.made, 'UTC'), '', 0, 0)) as level (deployment_id, hour, state_type, started, delay_seconds)`;

/**
 * The hour of an id: ids follow each other as their first 48 bits do, which in UUIDs of version 7 are milliseconds since
 * 1970. Of any other id it is some hour as well, and in the same order.
 */
export const hourMade = (id: string): string =>
  `to_timestamp(('x' || left(translate(${id}::text, '-', ''), 12))::bit(48)::bigint / 3600000 * 3600)`;

/** The smallest id of a moment. */
export const firstIdOf = (moment: string): string =>
  `(lpad(to_hex((extract(epoch from ${moment}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`;
