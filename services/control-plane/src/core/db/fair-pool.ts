import pg from 'pg';
import { unavailable } from '../errors/app-error.js';
import { Company } from '../fair/company.js';
import { Gate } from '../fair/gate.js';
import { Attempts } from './attempts.js';
import { BoundedQuery } from './bounded-query.js';
import { partyOf } from './party.js';

type Connected = Parameters<pg.Pool['connect']>[0];

/**
 * A pool whose connections are shared by turns: a workspace that asks for many waits in its own line, always leaves one
 * connection to the others, and half of them while others are about.
 */
export class FairPool extends pg.Pool {
  readonly gate: Gate;
  private readonly attempts: Attempts;

  constructor(options: pg.PoolConfig & { max: number }) {
    const attempts = new Attempts();
    // Who is let in is no longer refused, whatever there is to do before its first use.
    const onConnect = (client: pg.ClientBase) => {
      attempts.letIn();
      return options.onConnect?.(client);
    };
    super({ ...options, onConnect });
    this.attempts = attempts;
    const places = options.max;
    this.gate = new Gate(new Company(), {
      places,
      alone: Math.max(1, places - 1),
      together: Math.max(1, Math.floor(places / 2)),
      waitingMax: 20_000,
      waitingBytesMax: Infinity,
      waitMsMax: 15_000,
      // Who asks for how much is seen to before: that nothing moves here is nobody's fault, and no fault of what is written.
      refusal: () => unavailable('The database is too busy. Please try again later.'),
    });
  }

  /** Makes as many connections as there may be, each of which stays (`min`); fewer where the database has no more. */
  async connectAll(): Promise<void> {
    const inUse = this.totalCount - this.idleCount;
    const asked = Array.from({ length: this.options.max - inUse }, () => this.connect());
    for (const made of await Promise.allSettled(asked)) if (made.status === 'fulfilled') made.value.release();
  }

  /** A connection that is there, or a new one, which is not asked for while the database lets nobody in. */
  override connect: pg.Pool['connect'] = ((callback?: Connected) => {
    if (!callback)
      return new Promise((resolve, reject) => {
        this.connect((error, client) => (error ? reject(error) : resolve(client!)));
      });
    if (this.idleCount > 0 || this.totalCount >= this.options.max) return super.connect(callback);
    const refused = this.attempts.begin();
    if (refused) return process.nextTick(callback, refused, undefined, () => undefined);
    return super.connect((error, client, done) => {
      this.attempts.ended(error);
      callback(error, client, done);
    });
  }) as pg.Pool['connect'];

  /** One statement when its turn has come; all of ours come here with their values. */
  override query: pg.Pool['query'] = (async (asked: string | pg.QueryConfig, values?: unknown[]) => {
    const { text, values: given } = typeof asked === 'string' ? { text: asked, values } : asked;
    const party = partyOf(text, given);
    const turn = this.gate.enter(party);
    if (turn) await turn;
    try {
      return await super.query(new BoundedQuery(asked, values) as unknown as string);
    } finally {
      this.gate.leave(party);
    }
  }) as pg.Pool['query'];
}
