import { invalid, type AppError } from '../errors/app-error.js';
import { nextTurn } from '../fair/in-slices.js';

/** What one request, or one item of a loop, may spend on all that tenants wrote together. */
export type Allowance = {
  /** At one go on the thread that everybody shares. A step is about a tenth of a microsecond to one. */
  steps: number;
  /** How often it may go on after others have had their turn. */
  turns: number;
  /** On the thread of documents, of the processor's time. */
  threadMs: number;
  /** The same by the clock: a machine that is busy with others gives the thread less of its time. */
  patienceMs: number;
  /** Of what documents become: texts of templates, values of variables. */
  characters: number;
};

/** What is left of it on the thread of documents. */
export type TimeLeft = Pick<Allowance, 'threadMs' | 'patienceMs'>;

export const allowance: Allowance = {
  steps: 20_000,
  turns: 100,
  threadMs: 1_000,
  patienceMs: 10_000,
  characters: 5_000_000,
};

/** A document needs more steps than may be spent here: it has to be looked at on the thread of documents. */
export class StepsSpent extends Error {}

export const tooLong = (what: string): AppError =>
  invalid(`${what} takes too long to check: it is too large, or it has to be tried in too many ways.`);

/** Counted down by everything that evaluates a tenant's document. */
export class Budget {
  private steps: number;
  private turns: number;
  private characters: number;
  threadMs: number;
  patienceMs: number;

  constructor(
    /** Whose documents they are, a workspace or a person: their accounts take turns on the thread. */
    readonly owner: string,
    private readonly allowed: Allowance = allowance,
  ) {
    this.steps = allowed.steps;
    this.turns = allowed.turns;
    this.threadMs = allowed.threadMs;
    this.patienceMs = allowed.patienceMs;
    this.characters = allowed.characters;
  }

  /** Whether nothing has been done on the thread of documents yet: what then takes too long, does so by itself. */
  get isFresh(): boolean {
    return this.threadMs >= this.allowed.threadMs;
  }

  /** For what was done on the thread of documents. */
  charge(threadMs: number, patienceMs: number): void {
    this.threadMs -= threadMs;
    this.patienceMs -= patienceMs;
  }

  /** Throws StepsSpent when there are no more. */
  spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) throw new StepsSpent();
  }

  /** Between two of many documents: lets others go on when much has been spent. */
  async breathe(): Promise<void> {
    if (this.steps > this.allowed.steps / 2 || this.turns <= 0) return;
    await nextTurn();
    this.turns -= 1;
    this.steps = this.allowed.steps;
  }

  /** Throws `invalid` when documents become too long. */
  write(characters: number, what: string): void {
    this.characters -= characters;
    if (this.characters < 0)
      throw invalid(`${what} would be more than ${this.allowed.characters} characters long altogether.`);
  }
}

/** For the thread of documents, where its time decides. */
export const unlimited = (): Budget =>
  new Budget('', { steps: Infinity, turns: 0, threadMs: Infinity, patienceMs: Infinity, characters: Infinity });
