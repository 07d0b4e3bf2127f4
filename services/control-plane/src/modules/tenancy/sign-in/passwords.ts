import { Inject, Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { Config } from '../../../core/config/config.js';
import { AppError } from '../../../core/errors/app-error.js';
import { Company } from '../../../core/fair/company.js';
import { Gate } from '../../../core/fair/gate.js';

/** Whose turn a hash is: who asks for many at once, from wherever, waits for them alone. */
export type HashTurn = {
  at: 'signIn' | 'signUp';
  party: string;
  /** What is done when the turn has come, and may refuse it; and what when the hash failed for a reason of ours. */
  before?: () => Promise<void>;
  unable?: () => Promise<void>;
};

/** So many hashes at once; the others wait, and their memory is not taken meanwhile. */
const gateFor = (places: number) =>
  new Gate(new Company(), {
    places,
    alone: places,
    together: 1,
    waitingMax: 50,
    waitingBytesMax: Infinity,
    waitMsMax: 15_000,
    refusal: () => new AppError('tooMany', 'Too many people sign in right now.', {}, { retryAfterSeconds: 5 }),
  });

/** The same characters typed on another keyboard are the same password. */
const normal = (password: string): string => password.normalize('NFKC');

/** Password hashes: argon2id, two passes, one lane, and the memory of the settings. Throws `tooMany` when too many wait. */
@Injectable()
export class Passwords {
  /** However many sign up, those who have a password get in: each has places of its own. */
  private readonly gates = { signIn: gateFor(2), signUp: gateFor(1) };
  private readonly strength: { memoryCost: number; timeCost: number; parallelism: number };
  private nobody: Promise<string> | null = null;

  constructor(@Inject(Config) config: Config) {
    this.strength = { memoryCost: config.access.passwordMemoryMb * 1024, timeCost: 2, parallelism: 1 };
  }

  hash(password: string, turn: HashTurn): Promise<string> {
    return this.inTurn(turn, () => hash(normal(password), this.strength));
  }

  /** Whether the password is right. Nobody's password takes as long to check as somebody's. */
  async matches(passwordHash: string | null, password: string, turn: HashTurn): Promise<boolean> {
    this.nobody ??= hash('the password of nobody', this.strength);
    const against = passwordHash ?? (await this.nobody);
    const matches = await this.inTurn(turn, () => verify(against, normal(password)));
    return matches && passwordHash !== null;
  }

  /** Whether the hash was made with other settings than today's. */
  isOutdated(passwordHash: string): boolean {
    const { memoryCost, timeCost, parallelism } = this.strength;
    return !passwordHash.includes(`$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
  }

  private async inTurn<Answer>({ at, party, before, unable }: HashTurn, work: () => Promise<Answer>): Promise<Answer> {
    const gate = this.gates[at];
    await gate.enter(party);
    try {
      await before?.();
      return await work().catch(async (error: unknown) => {
        await unable?.();
        throw error;
      });
    } finally {
      gate.leave(party);
    }
  }
}
