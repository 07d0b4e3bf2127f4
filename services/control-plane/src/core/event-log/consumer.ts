import type { Ctx } from '../access/ctx.js';
import type { Db } from '../db/db.js';
import type { WireEvent } from '../events/events.js';

/** Who is given every event of every workspace: each once, in order per workspace, whoever wrote it. */
export type EventConsumer = {
  /** Its cursor goes by it: another name is another consumer. */
  name: string;
  /** What it is for, in a sentence, for those who watch it. */
  says: string;
  /** Beginnings of the names of the events that it wants; the empty one is of all. */
  accepts: readonly string[];
  /** Where it begins when it is new: with what happens from then on, or with all that is kept. */
  from: 'now' | 'earliest';
  /**
   * Takes events of one workspace, in their order. What it writes over `tx` is committed together with the cursor, and so
   * happens once; what it does elsewhere may happen again. When it throws, nothing of it stands, the workspace is tried
   * again later and later, and the others go on. It waits for nothing but the database.
   */
  take(ctx: Ctx, events: WireEvent[], tx: Db): Promise<void>;
};
