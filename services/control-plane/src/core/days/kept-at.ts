import { sql, type RawBuilder } from 'kysely';

type Column = RawBuilder<unknown>;

/** History lies in a table for each day. Those of the next days are there before they begin; what a row says further ahead has none. */
const aheadMsMax = 86_400_000;

const aheadMax = (ms: number): string => new Date(ms + aheadMsMax).toISOString().replace('Z', '999Z');

/** At which moment a row is kept, and what it is dated where that is another one. */
export type Kept = { at: string; dated: string | null };

/**
 * Moments that others write, as the wire spells them. What lies more than a day ahead when it comes in is kept on the day
 * after it came in, at its time of day: that day is there, and goes in its time. So nobody can lay rows where a day has yet to
 * begin, which then could not. Who reads is given what was written.
 */
export function keptAt(written: string, receivedMs: number): Kept {
  const last = aheadMax(receivedMs);
  if (written <= last) return { at: written, dated: null };
  return { at: last.slice(0, 10) + written.slice(10), dated: written };
}

/**
 * Whether what a row says is since or until a moment, both with it; by the columns for what it is dated and for where it is
 * kept. A row is kept later than it came in, never later than it is dated, and earlier only when that was ahead. So who asks
 * since a moment that is past is led by the days, and given all that came in since then; who asks for what lies ahead is
 * led by what rows are dated, however long ago they came in.
 */
export const writtenSince = (dated: Column, at: Column, since: string): RawBuilder<boolean> =>
  Date.parse(since) > Date.now()
    ? sql`(${dated} >= ${since}::timestamptz or (${dated} is null and ${at} >= ${since}::timestamptz))`
    : sql`(${at} >= ${since}::timestamptz)`;
export const writtenUntil = (dated: Column, at: Column, until: string): RawBuilder<boolean> =>
  sql`(${at} <= ${until}::timestamptz and (${dated} is null or ${dated} <= ${until}::timestamptz))`;
