import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workedMs } from './worked.ts';

/** `blockedMs`: the part of it that the api worked for others. */
type Wait = { from: number; ms: number; blockedMs: number; failure: string | null };
export type Price = { wallMs: number; mainMs: number; cpuMs: number; neighbourMs: number; blockedMs: number };

const dearMs = 50;

/** What the api spends, and how long its neighbour waits meanwhile. */
export class Watch {
  private readonly waits: Wait[] = [];
  private readonly child;

  constructor(
    private readonly pid: number,
    url: string,
    key: string,
  ) {
    this.child = fork(path.join(import.meta.dirname, 'neighbour.ts'), [url, key, String(pid)], {
      execArgv: ['--import', 'tsx'],
    });
    this.child.on('message', (wait) => this.waits.push(wait as Wait));
  }

  async priceOf<T>(work: () => Promise<T>): Promise<{ value: T; price: Price }> {
    const [from, main, cpu, began] = [Date.now(), workedMs(this.pid), this.cpuMs(), performance.now()];
    const value = await work();
    const wallMs = performance.now() - began;
    const price = {
      wallMs,
      mainMs: workedMs(this.pid) - main,
      cpuMs: this.cpuMs() - cpu,
      neighbourMs: 0,
      blockedMs: 0,
    };
    // Whoever waited for it is answered after it, and tells of it then.
    const until = Date.now();
    for (let tries = 0; price.mainMs > dearMs && tries < 100 && !this.knows(until); tries++) await sleep(dearMs);
    return { value, price: { ...price, ...this.longestSince(from) } };
  }

  private readonly knows = (moment: number): boolean => (this.waits.at(-1)?.from ?? 0) > moment;

  /** The longest wait that overlaps with what has happened since then and is known already. */
  private longestSince(from: number): { neighbourMs: number; blockedMs: number } {
    const longest = { neighbourMs: 0, blockedMs: 0 };
    for (let at = this.waits.length - 1; at >= 0 && this.waits[at]!.from + this.waits[at]!.ms >= from; at--) {
      longest.neighbourMs = Math.max(longest.neighbourMs, this.waits[at]!.ms);
      longest.blockedMs = Math.max(longest.blockedMs, this.waits[at]!.blockedMs);
    }
    return longest;
  }

  private cpuMs(): number {
    try {
      const [, user, system] = /^\d+ \(.*\) (?:\S+ ){11}(\d+) (\d+)/.exec(
        readFileSync(`/proc/${this.pid}/stat`, 'utf8'),
      )!;
      return (Number(user) + Number(system)) * 10;
    } catch {
      return performance.now();
    }
  }

  /** Megabytes in memory, or null where nobody says. */
  memory(): number | null {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))![1]) / 1024;
    } catch {
      return null;
    }
  }

  /** `own`: without what a busy machine adds. */
  neighbour(): { asked: number; p50: number; p99: number; max: number; own: { p99: number }; failures: string[] } {
    const sorted = (of: 'ms' | 'blockedMs') => this.waits.map((wait) => wait[of]).sort((one, other) => one - other);
    const at = (list: number[], share: number) => list[Math.min(list.length - 1, Math.floor(list.length * share))] ?? 0;
    const all = sorted('ms');
    const failures = this.waits.flatMap(({ failure }) => failure ?? []);
    const own = { p99: Math.round(at(sorted('blockedMs'), 0.99)) };
    return { asked: all.length, p50: at(all, 0.5), p99: at(all, 0.99), max: at(all, 1), own, failures };
  }

  stop(): void {
    this.child.disconnect();
  }
}
