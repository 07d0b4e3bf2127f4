/** Who was seen so long ago may be in the middle of something. */
const aboutMs = 10_000;

/** Whether somebody has the process to itself. Who has may do more at once than who would be in another's way. */
export class Company {
  private last = { party: '', at: -Infinity };
  /** When the latest of those was seen who are not the last. */
  private othersAt = -Infinity;

  see(party: string, now: number): void {
    if (party !== this.last.party) this.othersAt = this.last.at;
    this.last = { party, at: now };
  }

  isAlone(party: string, now: number): boolean {
    return now - (party === this.last.party ? this.othersAt : this.last.at) > aboutMs;
  }

  /** As it is for those who are not known yet: whoever is about may be another one. */
  get ofStrangers(): Pick<Company, 'see' | 'isAlone'> {
    return { see: () => undefined, isAlone: (_, now) => now - this.last.at > aboutMs };
  }
}
