import type { LogJson } from '@headgate/contracts/rest/logs';
import type { Ctx } from '../../core/access/ctx.js';
import type { Live } from '../../core/live/live.js';
import { topics } from '../../core/live/live.js';
import { everySecond } from '../../core/live/ticks.js';
import type { LogPlace, LogsOf } from './logs.queries.js';
import type { LogsService } from './logs.service.js';

const pageSize = 500;
/** Without a wake-up it looks this often: Redis may have lost one. */
const lookEverySeconds = 5;
/** Lines of one process may be stored a little out of order: a second after news it looks this far back. */
const overlapMs = 3_000;
const rememberedMax = 20_000;

/**
 * The lines of a run from after a place on, in batches, without an end. The table is the truth: a wake-up only makes
 * it look, so lines come once and none is lost, also over an outage. It goes on from the last line; once a second after
 * news, it looks again at the last few seconds. Those who have come equally far look together.
 */
export function followLogs(
  live: Live,
  logs: LogsService,
  ctx: Ctx,
  of: LogsOf,
  from: LogPlace | null,
): AsyncIterableIterator<LogJson[]> {
  const isOne = (line: LogJson) =>
    'taskRunId' in of ? line.task_run_id === of.taskRunId : line.flow_run_id === of.flowRunId;
  /** The lines that a look back would find again. */
  const seen = new Map<string, string>();
  /** What lies before it is known, or given up. */
  let floor = from;
  let last = from;
  /** How far a look of many pages has come; null between two looks. */
  let reached: LogPlace | null = null;
  let owesLookBack = false;
  let looksBack = false;
  let ended = false;
  let rung = true;
  let wake: () => void = () => undefined;
  const ring = () => {
    rung = true;
    wake();
  };
  const stopLive = live.subscribe(topics.logs(ctx.workspaceId), (lines) => {
    if ((lines as LogJson[]).some(isOne)) ring();
  });
  const lookBack = () => {
    looksBack = true;
    ring();
  };
  const stopTicks = everySecond((second) => {
    if (owesLookBack || second % lookEverySeconds === 0) lookBack();
  });

  const startOfLook = (): LogPlace | null => {
    owesLookBack = !looksBack;
    const back = looksBack && last ? { timestamp: earlier(last.timestamp), id: lowestId } : last;
    looksBack = false;
    return floor && (!back || isBefore(back, floor)) ? floor : back;
  };

  const look = async (): Promise<LogJson[]> => {
    const after = reached ?? startOfLook();
    const { lines: page, more } = await logs.nextOfRun(ctx, of, after, pageSize);
    const fresh = page.filter((line) => !seen.has(line.id));
    for (const line of page) seen.set(line.id, line.timestamp);
    const end = page.at(-1);
    const place = end ? { timestamp: end.timestamp, id: end.id } : null;
    if (place && (!last || isBefore(last, place))) last = place;
    reached = more ? place : null;
    if (reached) rung = true;
    else forget();
    return fresh;
  };

  /** What no look back can reach any more. Where that is not enough, looks back reach less far. */
  const forget = () => {
    const from = last && earlier(last.timestamp);
    for (const [id, timestamp] of seen) if (from && timestamp < from) seen.delete(id);
    if (seen.size <= rememberedMax) return;
    const places = [...seen].map(([id, timestamp]) => ({ id, timestamp }));
    places.sort((one, other) => (isBefore(one, other) ? -1 : 1));
    const given = places.slice(0, places.length - rememberedMax / 2);
    for (const { id } of given) seen.delete(id);
    floor = given.at(-1)!;
  };

  return {
    async next() {
      while (!ended) {
        if (!rung) await new Promise<void>((resolve) => (wake = resolve));
        if (ended) break;
        rung = false;
        const fresh = await look();
        if (fresh.length > 0) return { done: false, value: fresh };
      }
      return { done: true, value: undefined };
    },
    async return() {
      ended = true;
      stopLive();
      stopTicks();
      ring();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const lowestId = '00000000-0000-0000-0000-000000000000';
const earlier = (timestamp: string): string =>
  new Date(Date.parse(timestamp) - overlapMs).toISOString().replace('Z', '000Z');
const isBefore = (one: LogPlace, other: LogPlace): boolean =>
  one.timestamp < other.timestamp || (one.timestamp === other.timestamp && one.id < other.id);
