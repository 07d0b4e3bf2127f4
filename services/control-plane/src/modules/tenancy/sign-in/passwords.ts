import { Inject, Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { Config } from '../../../core/config/config.js';
import { AppError } from '../../../core/errors/app-error.js';

/** As many hashes as a small machine has processors; the others wait, and their memory is not taken meanwhile. */
const atOnce = 2;
const waitingMax = 100;

/** The same characters typed on another keyboard are the same password. */
const normal = (password: string): string => password.normalize('NFKC');

/** Password hashes: argon2id, two passes, one lane, and the memory of the settings. Throws `tooMany` when too many wait. */
@Injectable()
export class Passwords {
  private readonly strength: { memoryCost: number; timeCost: number; parallelism: number };
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private nobody: Promise<string> | null = null;

  constructor(@Inject(Config) config: Config) {
    this.strength = { memoryCost: config.access.passwordMemoryMb * 1024, timeCost: 2, parallelism: 1 };
  }

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(normal(password), this.strength));
  }

  /** Whether the password is right. Nobody's password takes as long to check as somebody's. */
  async matches(passwordHash: string | null, password: string): Promise<boolean> {
    this.nobody ??= hash('the password of nobody', this.strength);
    const against = passwordHash ?? (await this.nobody);
    const matches = await this.inTurn(() => verify(against, normal(password)));
    return matches && passwordHash !== null;
  }

  /** Whether the hash was made with other settings than today's. */
  isOutdated(passwordHash: string): boolean {
    const { memoryCost, timeCost, parallelism } = this.strength;
    return !passwordHash.includes(`$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
  }

  private async inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.running >= atOnce) {
      if (this.waiting.length >= waitingMax)
        throw new AppError('tooMany', 'Too many people sign in right now.', {}, { retryAfterSeconds: 5 });
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
