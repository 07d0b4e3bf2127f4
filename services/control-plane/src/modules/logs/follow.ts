import type { LogJson } from '@headgate/contracts/rest/logs';
import type { Ctx } from '../../core/access/ctx.js';
import type { Live } from '../../core/live/live.js';
import { topics } from '../../core/live/live.js';
import type { LogPlace } from './logs.queries.js';
import type { LogsService } from './logs.service.js';

const pageSize = 500;
/** Without a wake-up it looks this often: Redis may have lost one. */
const lookEveryMs = 5_000;
/** Lines of one process may be stored a little out of order: each look begins this far back. */
const overlapMs = 3_000;
const rememberedMax = 5_000;

/**
 * The lines of a run from after a place on, in batches, without an end. The table is the truth: a wake-up only makes
 * it look, so lines come once and none is lost, also over an outage.
 */
export function followLogs(
  live: Live,
  logs: LogsService,
  ctx: Ctx,
  flowRunId: string,
  from: LogPlace | null,
): AsyncIterableIterator<LogJson[]> {
  const seen = new Set<string>(from ? [from.id] : []);
  let last = from;
  let ended = false;
  let rung = true;
  let wake: () => void = () => undefined;
  const ring = () => {
    rung = true;
    wake();
  };
  const stopLive = live.subscribe(topics.logs(ctx.workspaceId), (lines) => {
    if ((lines as LogJson[]).some((line) => line.flow_run_id === flowRunId)) ring();
  });
  const timer = setInterval(ring, lookEveryMs);

  const look = async (): Promise<LogJson[]> => {
    const after =
      last && !isFresh(last, from)
        ? { timestamp: new Date(Date.parse(last.timestamp) - overlapMs).toISOString(), id: last.id }
        : last;
    const page = await logs.listOfRun(ctx, flowRunId, { after, minLevel: null, search: null, first: pageSize });
    const fresh = page.filter((line) => !seen.has(line.id));
    if (seen.size > rememberedMax) seen.clear();
    for (const line of page) seen.add(line.id);
    const end = page.at(-1);
    if (end && (!last || end.timestamp >= last.timestamp)) last = { timestamp: end.timestamp, id: end.id };
    if (page.length === pageSize) rung = true;
    return fresh;
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
      clearInterval(timer);
      ring();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Where the reader began: what lies before it they have. */
const isFresh = (place: LogPlace, from: LogPlace | null): boolean => place === from;
