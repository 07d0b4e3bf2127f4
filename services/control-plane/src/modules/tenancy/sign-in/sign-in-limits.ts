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

  /** Throws `tooMany` when a try would be refused, and takes none: who is refused need not stand in a line before. */
  async look(tries: Tries): Promise<void> {
    const asked: [RateLimiterRedis, string][] = [[this.gate, subjectOf(tries)]];
    if (!tries.browserId) asked.push([this.byAddress, networkOf(tries.address)], [this.byStrangers, tries.email]);
    for (const [limiter, key] of asked) {
      const taken = await limiter.get(key);
      if (taken && taken.consumedPoints >= limiter.points) throw tooManyTries(taken);
    }
  }

  /**
   * Takes a try just before the password is checked, so that rivals in parallel count too, and those who wait for a check do
   * not. What is refused counts nowhere. Throws `tooMany`.
   */
  async take(tries: Tries): Promise<void> {
    const subject = subjectOf(tries);
    const undo: (() => Promise<unknown>)[] = [];
    try {
      if (!tries.browserId) {
        // Limiters count what they refuse, too.
        undo.push(() => this.byAddress.reward(networkOf(tries.address), 1));
        await consume(this.byAddress, networkOf(tries.address));
        undo.push(() => this.byStrangers.reward(tries.email, 1));
        await consume(this.byStrangers, tries.email);
      }
      const { consumedPoints: count } = await this.failures.consume(subject);
      undo.push(() => this.failures.reward(subject, 1));
      if (count >= this.free) await consume(this.gate, subject, 1, delayAfter(count - this.free));
    } catch (error) {
      await Promise.allSettled(undo.map((one) => one()));
      throw error;
    }
  }

  /** Somebody who knew the password: forget the failures, give the try back. */
  async giveBack(tries: Tries): Promise<void> {
    await Promise.allSettled([this.failures.delete(subjectOf(tries)), ...this.undone(tries)]);
  }

  /** The password could not be checked, which is no failure of who gave it: what failed before stands as it stood. */
  async untry(tries: Tries): Promise<void> {
    await Promise.allSettled([this.failures.reward(subjectOf(tries), 1), ...this.undone(tries)]);
  }

  private undone(tries: Tries): Promise<unknown>[] {
    const gate = this.gate.delete(subjectOf(tries));
    if (tries.browserId) return [gate];
    return [gate, this.byAddress.reward(networkOf(tries.address), 1), this.byStrangers.reward(tries.email, 1)];
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
    throw refusal instanceof RateLimiterRes ? tooManyTries(refusal) : refusal;
  }
}

function tooManyTries({ msBeforeNext }: RateLimiterRes): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  const wait =
    retryAfterSeconds < 120 ? `${retryAfterSeconds} seconds` : `${Math.ceil(retryAfterSeconds / 60)} minutes`;
  return new AppError('tooMany', `Too many tries. Wait ${wait}, then try again.`, {}, { retryAfterSeconds });
}
