import { isIPv6 } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Config } from '../../../core/config/config.js';
import { AppError } from '../../../core/errors/app-error.js';
import { Live } from '../../../core/live/live.js';

const windowSeconds = 15 * 60;
const addressFactor = 10;
const strangersFactor = 100;
const signUpFactor = 100;
const takenSignUpPoints = 20;
const firstDelaySeconds = 30;
const daySeconds = 86_400;

/** Who tries: from which address, and the id of the browser when this person is known in it. */
export type Tries = { email: string; address: string; browserId: string | null };

/**
 * How many sign-ins may fail. What counts is a person at one address, or in a browser that knows them, so that nobody
 * keeps others out; beyond the free tries each has to wait, twice as long as for the one before. An address may fail for
 * many people, and many addresses together for one person, but not without end; neither counts in a browser that knows the
 * person, so that who fails behind a shared address keeps nobody out who has been there before. While Redis is away, or was emptied, each
 * process counts anew for itself.
 */
@Injectable()
export class SignInLimits {
  private readonly free: number;
  private readonly byAddress: RateLimiterRedis;
  private readonly byStrangers: RateLimiterRedis;
  private readonly failures: RateLimiterRedis;
  private readonly gate: RateLimiterRedis;
  private readonly signUps: RateLimiterRedis;

  constructor(@Inject(Live) live: Live, @Inject(Config) config: Config) {
    this.free = config.access.signInTries;
    this.byAddress = limiter(live, 'address', this.free * addressFactor);
    this.byStrangers = limiter(live, 'strangers', this.free * strangersFactor);
    this.failures = limiter(live, 'failures', Number.MAX_SAFE_INTEGER, daySeconds);
    this.gate = limiter(live, 'gate', 1);
    this.signUps = limiter(live, 'sign-ups', this.free * signUpFactor);
  }

  /** Takes a try before the password is checked, so that rivals in parallel count too. Throws `tooMany`. */
  async take(tries: Tries): Promise<void> {
    if (!tries.browserId) await consume(this.byAddress, networkOf(tries.address));
    const subject = subjectOf(tries);
    const { consumedPoints: count } = await this.failures.consume(subject);
    if (count >= this.free) await consume(this.gate, subject, 1, delayAfter(count - this.free));
    if (!tries.browserId) await consume(this.byStrangers, tries.email);
  }

  /** Somebody who knew the password: forget the failures, give the try back. */
  async giveBack(tries: Tries): Promise<void> {
    const subject = subjectOf(tries);
    await Promise.allSettled([
      this.failures.delete(subject),
      this.gate.delete(subject),
      ...(tries.browserId
        ? []
        : [this.byAddress.reward(networkOf(tries.address), 1), this.byStrangers.reward(tries.email, 1)]),
    ]);
  }

  /** Sign-ups are counted too, generously: each costs us a password hash. Throws `tooMany`. */
  async takeForSignUp(address: string): Promise<void> {
    await consume(this.signUps, networkOf(address));
  }

  /** An e-mail address that is taken costs more: who asks for many of them looks for people. */
  async takeForTaken(address: string): Promise<void> {
    await consume(this.signUps, networkOf(address), takenSignUpPoints);
  }
}

/** Seconds to wait after so many failures beyond the free ones: twice as many for each, a quarter of an hour at most. */
export const delayAfter = (beyond: number): number =>
  Math.min(firstDelaySeconds * 2 ** Math.min(beyond, 20), windowSeconds);

/** One customer of a provider has a whole /64 of IPv6. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  const groups = [...first, ...zeros, ...last];
  // ::ffff:192.0.2.1 is an address of IPv4.
  const old = groups.at(-1)!;
  return old.includes('.')
    ? old
    : groups
        .slice(0, 4)
        .map((group) => group.replace(/^0+(?=.)/, ''))
        .join(':');
}

const subjectOf = ({ email, address, browserId }: Tries): string =>
  browserId ? `${email} in ${browserId}` : `${email} at ${networkOf(address)}`;

function limiter(live: Live, what: string, points: number, duration = windowSeconds): RateLimiterRedis {
  const options = { keyPrefix: `headgate:sign-in:${what}`, points, duration };
  return new RateLimiterRedis({
    ...options,
    storeClient: live.redis,
    insuranceLimiter: new RateLimiterMemory(options),
  });
}

async function consume(limiter: RateLimiterRedis, key: string, points = 1, customDuration?: number): Promise<void> {
  try {
    await limiter.consume(key, points, customDuration === undefined ? {} : { customDuration });
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    const wait =
      retryAfterSeconds < 120 ? `${retryAfterSeconds} seconds` : `${Math.ceil(retryAfterSeconds / 60)} minutes`;
    throw new AppError('tooMany', `Too many tries. Wait ${wait}, then try again.`, {}, { retryAfterSeconds });
  }
}
