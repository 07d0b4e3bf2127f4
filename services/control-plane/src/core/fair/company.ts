import { ownerOf } from './owners.js';

/** Who was seen so long ago may be in the middle of something. */
const aboutMs = 10_000;

/** Whether somebody has the process to itself. Who has may do more at once than who would be in another's way. */
export class Company {
  private readonly parties = new Seen();
  private readonly owners = new Seen();

  see(party: string, now: number): void {
    this.parties.see(party, now);
    this.owners.see(ownerOf(party), now);
  }

  isAlone(party: string, now: number): boolean {
    return this.parties.isAlone(party, now);
  }

  /** Alone, or with nobody but what is of the same owner. */
  isOwnerAlone(owner: string, now: number): boolean {
    return this.owners.isAlone(owner, now);
  }

  /** As it is for those who are not known yet: whoever is about may be another one. */
  get ofStrangers(): CompanyOf {
    const isAlone = (_: string, now: number) => this.parties.isEmpty(now);
    return { see: () => undefined, isAlone, isOwnerAlone: isAlone };
  }
}

export type CompanyOf = Pick<Company, 'see' | 'isAlone' | 'isOwnerAlone'>;

class Seen {
  private last = { who: '', at: -Infinity };
  /** When the latest of those was seen who are not the last. */
  private othersAt = -Infinity;

  see(who: string, now: number): void {
    if (who !== this.last.who) this.othersAt = this.last.at;
    this.last = { who, at: now };
  }

  isAlone(who: string, now: number): boolean {
    return now - (who === this.last.who ? this.othersAt : this.last.at) > aboutMs;
  }

  isEmpty(now: number): boolean {
    return now - this.last.at > aboutMs;
  }
}
