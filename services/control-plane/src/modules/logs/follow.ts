import type { LogJson } from '@headgate/contracts/rest/logs';
import type { Ctx } from '../../core/access/ctx.js';
import type { Live } from '../../core/live/live.js';
import { everySecond } from '../../core/live/ticks.js';
import { earliestIdAt, isBefore, placeOfLine } from './log-lines.js';
import type { LogPlace, LogsOf } from './logs.queries.js';
import type { LogsService } from './logs.service.js';

const pageSize = 500;
/** Without a wake-up it looks this often: Redis may have lost one. */
const lookEverySeconds = 5;
/** The same for lines that came in late, which are dearer to find. */
const lookForLateEverySeconds = 60;
/** Lines of one process may be stored a little out of order: a second after news it looks this far back. */
const overlapMs = 3_000;
/** So long a line may take from when it came in until it is stored. */
const storedWithinMs = 15_000;
const rememberedMax = 20_000;
/** Names of lines that are looked at for what is late. */
const arrivedMax = 5_000;

/**
 * The lines of a run from after a place on, in batches, without an end. The table is the truth: a wake-up only makes
 * it look, so lines come once and none is lost, also over an outage. It goes on from the last line; once a second after
 * news, it looks again at the last few seconds. Those who have come equally far look together.
 *
 * Places go by what clients say of the time, and one of them may be a year ahead. What comes in and belongs before the last
 * line is late, however far: it is looked for, once a second, by when it came in.
 */
export function followLogs(
  live: Live,
  logs: LogsService,
  ctx: Ctx,
  of: LogsOf,
  after: LogPlace | null,
): AsyncIterableIterator<LogJson[]> {
  const from = after && placeOfLine(after);
  /** The lines that a look back, or one for those that are late, would find again; and where they are. */
  const seen = new Map<string, LogPlace>();
  /** What lies before it is known, or given up. */
  let floor = from;
  let last = from;
  /** How far a look of many pages has come; null between two looks. */
  let reached: LogPlace | null = null;
  /** Of what was told since the last look began, what lies first. */
  let told: LogPlace | null = null;
  /** What was told lies as far back as this, and the next look back reaches it. */
  let toldBack: LogPlace | null = null;
  /** Of what came in before this line, what is late is known. */
  let known = knownAt(from);
  /** How far a look for the late has come that has more than a page, and when it began. */
  let late: { reached: string; began: number } | null = null;
  let owesLookBack = false;
  let looksBack = false;
  let owesLookForLate = false;
  // What came in while nobody followed may lie before the place to go on from.
  let looksForLate = from !== null;
  let ended = false;
  let rung = true;
  let wake: () => void = () => undefined;
  const ring = () => {
    rung = true;
    wake();
  };
  const stopBell = logs.bells.ringFor(ctx.workspaceId, of, (first) => {
    if (!told || isBefore(first, told)) told = first;
    ring();
  });
  const stopGap = live.onGap(() => (owesLookForLate = true));
  const stopTicks = everySecond((second) => {
    looksBack ||= owesLookBack || second % lookEverySeconds === 0;
    looksForLate ||= owesLookForLate || second % lookForLateEverySeconds === 0;
    if (looksBack || looksForLate) ring();
  });

  const startOfLook = (): LogPlace | null => {
    owesLookBack = !looksBack;
    const back = looksBack ? firstOf(backFrom(last), toldBack) : last;
    const isCutOff = floor && (!back || isBefore(back, floor));
    if (looksBack) {
      if (isCutOff && toldBack) owesLookForLate = true;
      toldBack = null;
    }
    looksBack = false;
    return isCutOff ? floor : back;
  };

  const take = (lines: LogJson[]): LogJson[] => {
    const fresh = lines.filter((line) => !seen.has(line.id));
    for (const line of lines) seen.set(line.id, placeOfLine(line));
    return fresh;
  };

  const look = async (): Promise<LogJson[]> => {
    const start = reached ?? startOfLook();
    if (told && start && isBefore(told, start)) {
      if (isBefore(told, backFrom(start)!)) owesLookForLate = true;
      else toldBack = firstOf(told, toldBack);
    }
    told = null;
    const { lines: page, more } = await logs.nextOfRun(ctx, of, start, pageSize);
    const end = page.at(-1);
    const place = end ? placeOfLine(end) : null;
    const fresh = take(page);
    if (place && (!last || isBefore(last, place))) last = place;
    reached = more ? place : null;
    if (reached) rung = true;
    else forget();
    return fresh;
  };

  const lookForLate = async (): Promise<LogJson[]> => {
    [looksForLate, owesLookForLate] = [false, false];
    // Before the first line nothing is late.
    if (!last) return [];
    const { reached: since, began } = late ?? { reached: known, began: Date.now() };
    const arrived = await logs.arrivedOfRun(ctx, of, since, last, arrivedMax);
    const unseen = arrived.filter(({ id }) => !seen.has(id)).slice(0, pageSize);
    const { lines, more } = await logs.linesAt(ctx, of, unseen);
    const fresh = take(lines);
    const whole = !more && unseen.length < pageSize;
    if (whole && arrived.length < arrivedMax) {
      late = null;
      known = later(known, earliestIdAt(began - storedWithinMs));
    } else {
      late = { reached: whole ? arrived.at(-1)!.id : since, began };
      looksForLate = true;
    }
    forget();
    return fresh;
  };

  /** What no look can find any more. Where that is not enough, looks reach less far. */
  const forget = () => {
    const back = backFrom(last);
    for (const [id, place] of seen) if (back && isBefore(place, back) && id < known) seen.delete(id);
    if (seen.size <= rememberedMax) return;
    // Those that came in first: what is late and is not looked for yet came in after them.
    const given = [...seen.keys()].sort().slice(0, seen.size - rememberedMax / 2);
    for (const id of given) {
      const place = seen.get(id)!;
      if (!floor || isBefore(floor, place)) floor = place;
      seen.delete(id);
    }
    known = later(known, given.at(-1)!);
  };

  return {
    async next() {
      while (!ended) {
        if (!rung) await new Promise<void>((resolve) => (wake = resolve));
        if (ended) break;
        rung = false;
        const fresh = looksForLate && !reached ? await lookForLate().finally(ring) : await look();
        if (fresh.length > 0) return { done: false, value: fresh };
      }
      return { done: true, value: undefined };
    },
    async return() {
      ended = true;
      stopBell();
      stopGap();
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
const backFrom = (place: LogPlace | null): LogPlace | null =>
  place && {
    timestamp: new Date(Date.parse(place.timestamp) - overlapMs).toISOString().replace('Z', '000Z'),
    id: lowestId,
  };
const firstOf = (one: LogPlace | null, other: LogPlace | null): LogPlace | null =>
  one && (!other || isBefore(one, other)) ? one : other;
const later = (one: string, other: string): string => (one > other ? one : other);

/** Who goes on from a line knows what came in before it; who follows from the beginning is given all that is there. */
function knownAt(from: LogPlace | null): string {
  const now = earliestIdAt(Date.now());
  if (!from) return earliestIdAt(Date.now() - storedWithinMs);
  return from.id < now ? from.id : now;
}
