import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Company, type CompanyOf } from './company.js';
import { Gate, type GateLimits } from './gate.js';
import { nextTurn } from './in-slices.js';
import type { Kind } from './kinds.js';

const megabytes = 1_048_576;

/** Sockets are work too: to open them, whoever it is that asks, their frames, and what goes out to them. */
type Work = Kind | 'handshakes' | 'incoming' | 'frames' | 'subscriptions' | 'downloads' | 'outgoing';

/** The gates of this process, one per kind of work: a party that floods one of them waits at it, and only there. */
@Injectable()
export class Turns {
  private readonly company = new Company();
  private readonly gates: Record<Work, Gate>;

  constructor(@Inject(Config) config: Config) {
    const { poolSize } = config.database;
    const gate = (
      limits: Omit<GateLimits, 'waitingBytesMax' | 'waitMsMax'> & { waitMsMax?: number },
      company: CompanyOf = this.company,
    ) => new Gate(company, { waitingBytesMax: 32 * megabytes, waitMsMax: 15_000, ...limits });
    this.gates = {
      light: gate({ places: 80, alone: 64, together: 4, waitingMax: 2_000 }),
      // As many as there are connections for them. A search may keep a core of the database busy.
      reading: gate({
        places: Math.ceil(poolSize / 2) + 1,
        alone: Math.ceil(poolSize / 2),
        together: 1,
        rests: true,
        waitingMax: 500,
      }),
      bulk: gate({ places: 4, alone: 3, together: 1, rests: true, waitingMax: 32 }),
      ingest: gate({ places: 32, alone: 24, together: 1, rests: true, waitingMax: 500 }),
      // By address. What waits here is bounded by the connections of an address; who waits too long comes again.
      handshakes: gate(
        { places: 66, alone: 64, together: 2, rests: true, restMsMin: 4, waitingMax: Infinity, waitMsMax: 8_000 },
        this.company.ofStrangers,
      ),
      // Those who wait here are bounded by what their sockets may have in work.
      frames: gate({
        places: 4_000,
        alone: 3_000,
        together: 12,
        rests: true,
        waitingMax: Infinity,
        waitMsMax: Infinity,
      }),
      // Bounded by how many of them a person may hold; each waits with what it knows of.
      subscriptions: gate({
        places: 3,
        alone: 2,
        together: 1,
        rests: true,
        waitingMax: Infinity,
        waitMsMax: Infinity,
      }),
      // Bounded by how many downloads there may be; each piece of one comes here again.
      downloads: gate({ places: 3, alone: 2, together: 1, rests: true, waitingMax: Infinity, waitMsMax: Infinity }),
      // Pieces of a millisecond or two.
      incoming: gate({ places: 2, alone: 1, together: 1, waitingMax: Infinity, waitMsMax: Infinity }),
      outgoing: gate({ places: 2, alone: 1, together: 1, waitingMax: Infinity, waitMsMax: Infinity }),
    };
  }

  at(kind: Work): Gate {
    return this.gates[kind];
  }

  /** Does work when its party's turn has come. */
  async during<T>(kind: Work, party: string, work: () => Promise<T>): Promise<T> {
    const gate = this.gates[kind];
    await gate.enter(party);
    const enteredAt = performance.now();
    try {
      return await work();
    } finally {
      gate.leave(party, performance.now() - enteredAt);
    }
  }

  /** Between two pieces of work that nobody waits for: the event loop, and half of the time, is for others who are about. */
  async breathe(party: string, tookMs: number): Promise<void> {
    if (this.company.isAlone(party, performance.now())) await nextTurn();
    else await sleep(tookMs);
  }
}
