import type { Config } from '../config/config.js';
import type { Actor } from '../access/ctx.js';

type Wanted = [what: string, max: number][];

/** How many sockets each address, key, person and workspace holds in this process, and all together. */
export class Seats {
  private readonly taken = new Map<string, number>();

  constructor(private readonly limits: Config['sockets']) {}

  /** For one who has not said who they are. Answers how to leave; null when there is no room. */
  forUnknown(address: string): Seat | null {
    const { max, perAddress, unknownPerAddress } = this.limits;
    const general = this.take([
      ['all', max],
      [`address ${address}`, perAddress],
    ]);
    const unknown =
      general &&
      this.take([
        ['unknown', Math.ceil(max / 4)],
        [`unknown ${address}`, unknownPerAddress],
      ]);
    if (!unknown) general?.();
    return general && unknown && new Seat(this, general, unknown);
  }

  forKnown(actor: Exclude<Actor, { kind: 'system' }>, workspaceId: string | null): (() => void) | null {
    const { perKey, perUser, perWorkspace } = this.limits;
    const credential = actor.via === 'session' ? actor.sessionId : actor.apiKeyId;
    return this.take([
      [`user ${actor.userId}`, perUser],
      [`credential ${credential}`, perKey],
      ...(workspaceId ? ([[`workspace ${workspaceId}`, perWorkspace]] as Wanted) : []),
    ]);
  }

  /** One of each, or none. */
  private take(wanted: Wanted): (() => void) | null {
    if (wanted.some(([what, max]) => (this.taken.get(what) ?? 0) >= max)) return null;
    for (const [what] of wanted) this.taken.set(what, (this.taken.get(what) ?? 0) + 1);
    return () => wanted.forEach(([what]) => this.giveBack(what));
  }

  private giveBack(what: string): void {
    const left = this.taken.get(what)! - 1;
    if (left > 0) this.taken.set(what, left);
    else this.taken.delete(what);
  }
}

/** What one socket counts for. */
export class Seat {
  private readonly leave: (() => void)[];

  constructor(
    private readonly seats: Seats,
    general: () => void,
    private unknown: (() => void) | null,
  ) {
    this.leave = [general];
  }

  /** From now on it counts for who has signed in; false when they hold too many. */
  isOf(actor: Exclude<Actor, { kind: 'system' }>, workspaceId: string | null = null): boolean {
    const known = this.seats.forKnown(actor, workspaceId);
    if (!known) return false;
    this.leave.push(known);
    this.unknown?.();
    this.unknown = null;
    return true;
  }

  giveBack(): void {
    this.unknown?.();
    this.unknown = null;
    for (const each of this.leave.splice(0)) each();
  }
}
