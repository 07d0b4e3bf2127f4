import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Config } from '../../../core/config/config.js';
import { AppError } from '../../../core/errors/app-error.js';
import { Live } from '../../../core/live/live.js';

const windowSeconds = 15 * 60;
const addressFactor = 10;
const signUpFactor = 100;

/** How many sign-ins may fail, per e-mail address and per client address. While Redis is away each process counts for itself. */
@Injectable()
export class SignInLimits {
  private readonly byEmail: RateLimiterRedis;
  private readonly byAddress: RateLimiterRedis;
  private readonly signUps: RateLimiterRedis;

  constructor(@Inject(Live) live: Live, @Inject(Config) config: Config) {
    const tries = config.access.signInTries;
    this.byEmail = limiter(live, 'headgate:sign-in:email', tries);
    this.byAddress = limiter(live, 'headgate:sign-in:address', tries * addressFactor);
    this.signUps = limiter(live, 'headgate:sign-up:address', tries * signUpFactor);
  }

  /** Takes a try before the password is checked, so that rivals in parallel count too. Throws `tooMany`. */
  async take(email: string, address: string): Promise<void> {
    await consume(this.byAddress, address);
    await consume(this.byEmail, email);
  }

  /** Somebody who knew the password: forget the failures, give the try back. */
  async giveBack(email: string, address: string): Promise<void> {
    await Promise.allSettled([this.byEmail.delete(email), this.byAddress.reward(address, 1)]);
  }

  /** Sign-ups are counted too, generously: each costs us a password hash. Throws `tooMany`. */
  async takeForSignUp(address: string): Promise<void> {
    await consume(this.signUps, address);
  }
}

function limiter(live: Live, keyPrefix: string, points: number): RateLimiterRedis {
  const options = { keyPrefix, points, duration: windowSeconds };
  return new RateLimiterRedis({
    ...options,
    storeClient: live.redis,
    insuranceLimiter: new RateLimiterMemory(options),
  });
}

async function consume(limiter: RateLimiterRedis, key: string): Promise<void> {
  try {
    await limiter.consume(key, 1);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new AppError('tooMany', 'Too many tries. Wait a while, then try again.', {}, { retryAfterSeconds });
  }
}
