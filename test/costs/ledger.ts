import { setTimeout as sleep } from 'node:timers/promises';
import type { Answered } from './send.ts';
import type { Price, Watch } from './watch.ts';

type Input = { name: string; content: string };
type Entry = Input & { price: Price; status: number; bytes: number };

/** How long others may wait for one request. */
const blockedMsMax = 200;
/** Before an input is tried again: what is dear is dear each time, a machine is slow for some seconds. */
const pausesMs = [500, 2_000, 5_000, 10_000];
const memoryGrowthMax = 300;
/** What is stored may be long, as far as one statement answers; a refusal repeats little of what it refuses. */
const answerBytesMax = { given: 36_000_000, refused: 100_000 };
const printed = 10;

/** What every input cost, and what was wrong with it. */
export class Ledger {
  private readonly entries: Entry[] = [];
  private readonly failures: string[] = [];
  constructor(
    private readonly watch: Watch,
    private readonly pid: number,
    private readonly pidNow: () => number | undefined,
  ) {}

  /** An input that others waited for is tried again, alone: on a busy machine much else makes them wait, for a while. */
  async enter(input: Input, work: () => Promise<Answered>): Promise<void> {
    const first = await this.priced(input, work);
    if (first.status === -1) this.failures.push(`no answer within a minute: ${told(first)}`);
    if (first.status >= 500 && first.status !== 503) this.failures.push(`answered ${first.status}: ${told(first)}`);
    const bytesMax = first.status >= 400 ? answerBytesMax.refused : answerBytesMax.given;
    if (first.bytes > bytesMax) this.failures.push(`answered with ${first.bytes} bytes: ${told(first)}`);
    let least = first;
    for (const pause of pausesMs) {
      if (blockedMs(least) <= blockedMsMax) return;
      await sleep(pause);
      const again = await this.priced(input, work);
      if (blockedMs(again) < blockedMs(least)) least = again;
    }
    if (blockedMs(least) > blockedMsMax)
      this.failures.push(
        `others waited, each of ${pausesMs.length + 1} times: ${told(first)}; at least ${told(least)}`,
      );
  }

  private async priced(input: Input, work: () => Promise<Answered>): Promise<Entry> {
    const { value, price } = await this.watch.priceOf(work);
    const entry = { ...input, price, status: value.status, bytes: value.bytes };
    this.entries.push(entry);
    return entry;
  }

  memory(before: number | null, after: number | null): void {
    if (before === null || after === null) return;
    console.log(`memory: ${Math.round(before)} MB before, ${Math.round(after)} MB after`);
    if (after > before + memoryGrowthMax) this.failures.push(`memory stayed at ${Math.round(after)} MB`);
  }

  report(): { passed: number; failed: number; skipped: number } {
    if (this.pidNow() !== this.pid) this.failures.push('the api is not the process that it was');
    const { asked, p50, p99, max, own, failures } = this.watch.neighbour();
    console.log(
      `neighbour: ${asked} × GET /me, p50 ${p50} ms, p99 ${p99} ms (${own.p99} ms of it the api's own work), longest ${max} ms`,
    );
    for (const failure of new Set(failures)) this.failures.push(`neighbour: ${failure}`);
    if (asked === 0) this.failures.push('the neighbour never got an answer');
    if (own.p99 > blockedMsMax) this.failures.push(`the neighbour's p99 is ${own.p99} ms`);
    console.log("the ten dearest, by the time of the api's main thread:");
    const dearest = [...this.entries].sort((one, other) => other.price.mainMs - one.price.mainMs).slice(0, printed);
    for (const entry of dearest) console.log(`  ${told(entry)}`);
    for (const failure of this.failures) console.log(`FAILED ${failure}`);
    console.log(`${this.entries.length} requests, ${this.failures.length} failures`);
    return { passed: this.failures.length > 0 ? 0 : 1, failed: this.failures.length, skipped: 0 };
  }
}

/** What an input held up by itself: no longer than the main thread worked, and no longer than anybody waited. */
const blockedMs = ({ price }: Entry): number => Math.min(price.mainMs, price.blockedMs);

const told = ({ name, content, price, status, bytes }: Entry): string =>
  `main thread ${Math.round(price.mainMs)} ms, process ${price.cpuMs} ms, ${Math.round(price.wallMs)} ms in all, neighbour ${price.neighbourMs} ms, ${status}, ${bytes} bytes: ${name}, ${content}`;
