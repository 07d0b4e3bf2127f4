import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@headgate/contracts';
import { Api } from '../api/api.js';
import { ApiError } from '../api/http.js';
import type { ClaimAnswer, ClaimedRun } from '../api/wire.js';
import { endOrphans, orphanWords } from '../processes/orphans.js';
import { ownMark, ownPlace, watchdog } from '../processes/watchdog.js';
import { allRunners } from '../runners/runners.js';
import type { Runner } from '../runners/runner.js';
import { SdkSpool } from '../runners/sdk-spool.js';
import { homeFolder } from '../settings/config-file.js';
import type { Connection } from '../settings/connection.js';
import { ClaimsBook, type Page } from '../spool/claims-book.js';
import { Outbox } from '../spool/outbox.js';
import type { Journal } from './journal.js';
import { clockMs, Lease, preparingSeconds } from './lease.js';
import { Leases } from './leases.js';
import { giveUpLeftClaims } from './left-claims.js';
import { PollTime } from './poll-time.js';
import { PoolTemplate } from './pool-template.js';
import { Reach } from './reach.js';
import { RunKeeper } from './run-keeper.js';

export type AgentOptions = {
  connection: Connection;
  pool: string;
  /** Runs at the same time. */
  limit: number;
  /** Empty: all queues of the pool. */
  queueNames: string[];
  name: string;
  /** Prepared processes for TypeScript runs. */
  warm: number;
  graceSeconds: number;
  /** How long a run that has begun stays ours without a word to the control plane. */
  leaseSeconds: number;
  drainSeconds: number;
  /** Python interpreter for Python flows; null looks for `prefect` by itself. */
  python: string | null;
  /** Relative paths of deployments start here. */
  agentDir: string;
  journal: Journal;
};

/** A claim may be as old as the request that brought it. Beyond this age we make sure of it. */
const freshMs = 5_000;
/** Between two polls that bring nothing new. */
const restMs = 1_000;
/** When the agent ends, and nothing of it runs any more, that much time is left for telling. */
const tellMs = 10_000;
/** When it is to end at once: by whether the control plane is there. */
const tellInHurryMs = { there: 5_000, away: 1_000 };
const lookAgainMs = 50;

/** Claims the runs of a pool, runs them, and reports. */
export class Agent {
  private readonly id = newId();
  private readonly api: Api;
  private readonly reach: Reach;
  private readonly outbox: Outbox;
  private readonly book: ClaimsBook;
  private readonly leases: Leases;
  private readonly runners: Runner[];
  private readonly template: PoolTemplate;
  private readonly kept = new Map<RunKeeper, Promise<void>>();
  private readonly draining = new AbortController();
  private readonly hurrying = new AbortController();
  private readonly pollTime = new PollTime(clockMs);
  private poll = new AbortController();
  private hasLeft = false;
  private drained: Promise<void> | null = null;

  constructor(private readonly options: AgentOptions) {
    const { connection, journal } = options;
    this.api = new Api(connection);
    this.reach = new Reach({
      down: (reason) => this.away(reason),
      up: (awayMs) => this.back(awayMs),
      slowed: (reason) => journal.warn(`the control plane wants to be asked less: ${reason}`),
    });
    const news = {
      refused: (id: string, what: string, why: string) => journal.warn(`run ${id}: ${what} was refused: ${why}`),
    };
    this.outbox = new Outbox(join(homeFolder(), 'spool', 'agent'), this.id, this.api, this.reach, news);
    const own = { owner: ownMark(), agentId: this.id, apiUrl: connection.apiUrl };
    this.book = new ClaimsBook(join(homeFolder(), 'spool', 'claims'), own);
    this.leases = new Leases({
      api: this.api,
      reach: this.reach,
      agentId: this.id,
      leaseSeconds: options.leaseSeconds,
      keepers: () => this.kept.keys(),
      onCancelling: (ids) => this.cancel(ids),
    });
    this.runners = allRunners(
      { connection, agentDir: options.agentDir, python: options.python },
      { warm: options.warm },
    );
    this.template = new PoolTemplate(this.api, options.pool);
  }

  /** Works until it is told to stop. Throws ApiError when the control plane refuses the agent. */
  async run(): Promise<void> {
    // By it others know that we are there.
    this.tellWatchdogOf([]);
    const { found: orphans } = await endOrphans(ownPlace());
    if (orphans.length > 0) this.options.journal.note(orphanWords(orphans));
    const abandon = ({ agentId, claimIds }: Page) => this.abandon(agentId, claimIds);
    void giveUpLeftClaims(this.book, abandon).catch(() => undefined);
    const left = this.outbox.adoptAbandoned();
    if (left > 0)
      this.options.journal.note(
        `delivering what an earlier agent could not, of ${left} ${left === 1 ? 'run' : 'runs'}`,
      );
    void this.reach
      .insist(() => new SdkSpool(this.options.connection).deliver(), this.draining.signal)
      .catch(() => undefined);
    void this.template.get().catch(() => undefined);
    this.leases.start();
    try {
      while (!this.draining.signal.aborted) await this.turn();
    } finally {
      await this.drain();
    }
  }

  /** Claims nothing more, and waits for what runs, up to the drain time. */
  drain(): Promise<void> {
    this.drained ??= this.finish();
    return this.drained;
  }

  /** Ends what runs, and waits for nobody: what cannot be told at once is left on disk, or to the ends of leases. */
  async stop(): Promise<void> {
    this.hurrying.abort();
    await Promise.all([this.stopAll(), this.drain()]);
  }

  get running(): number {
    return this.kept.size;
  }

  private async turn(): Promise<void> {
    const free = this.options.limit - this.kept.size;
    this.poll = new AbortController();
    let askedAt = 0;
    const ask = () => {
      askedAt = clockMs();
      return this.claim(free);
    };
    try {
      const answer = await this.reach.insist(ask, this.poll.signal);
      const news = this.take(answer, askedAt);
      if (!news && clockMs() - askedAt < restMs) await sleep(restMs);
    } catch (error) {
      if (!this.poll.signal.aborted) await this.refused(error);
    }
  }

  private async claim(limit: number): Promise<ClaimAnswer> {
    const { pool, name, queueNames } = this.options;
    const { signal } = this.poll;
    // A server that stops still answers what it holds: whether it is back, only a quick answer tells.
    const [waitSeconds, askedAt] = [this.reach.isDown ? 0 : this.pollTime.seconds, clockMs()];
    const wish = {
      agentId: this.id,
      agentName: name,
      limit,
      waitSeconds,
      queueNames,
      leaseSeconds: this.preparingSeconds,
    };
    try {
      const answer = await this.api.claim(pool, wish, signal);
      this.pollTime.held(waitSeconds, clockMs() - askedAt);
      return answer;
    } catch (error) {
      if (!signal.aborted) this.pollTime.cut(waitSeconds, clockMs() - askedAt);
      throw error;
    }
  }

  /** Answers whether there was anything that was not known before. */
  private take({ runs, cancelling }: ClaimAnswer, askedAt: number): boolean {
    const isFresh = clockMs() - askedAt < freshMs;
    const since = isFresh ? askedAt : clockMs();
    for (const run of runs) this.keep(run, new Lease(since, this.preparingSeconds), isFresh);
    if (runs.length > 0 && !isFresh) this.leases.renewSoon();
    return this.cancel(cancelling) || runs.length > 0;
  }

  private get preparingSeconds(): number {
    return Math.min(preparingSeconds, this.options.leaseSeconds);
  }

  private keep(claimed: ClaimedRun, lease: Lease, isFresh: boolean): void {
    const keeper = new RunKeeper(claimed, lease, isFresh, {
      api: this.api,
      reach: this.reach,
      journal: this.options.journal,
      runners: this.runners,
      host: hostname(),
      openMailbox: (runId, claimId) => this.outbox.open(runId, claimId),
      template: () => this.template.get(),
      makeSure: (it) => this.leases.makeSure(it),
      onDecided: () => this.tellWatchdog(),
      abandon: (claimId) => this.abandon(this.id, [claimId]),
      release: (claimId) => this.release(claimId),
      agentName: this.options.name,
      agentDir: this.options.agentDir,
      graceMs: this.options.graceSeconds * 1000,
    });
    this.options.journal.claimed(keeper.name);
    const isFull = this.kept.size + 1 >= this.options.limit;
    this.kept.set(
      keeper,
      keeper.keep().finally(() => this.forget(keeper)),
    );
    this.tellWatchdog();
    if (isFull) this.options.journal.note(`${this.kept.size} runs at once: no more until one ends`);
  }

  /** A poll that could take nothing makes room for one that can. */
  private forget(keeper: RunKeeper): void {
    const wasFull = this.kept.size >= this.options.limit;
    this.kept.delete(keeper);
    this.tellWatchdog();
    if (wasFull && !this.draining.signal.aborted) this.poll.abort();
  }

  /** Should we end without a word, it says that what we had has ended, or the next agent: nobody then waits for our leases. */
  private tellWatchdog(): void {
    if (this.hasLeft) return;
    const claimIds = this.undecided();
    this.tellWatchdogOf(claimIds);
    this.book.write(claimIds);
  }

  private tellWatchdogOf(claimIds: string[]): void {
    const { pool, name, connection } = this.options;
    const { apiUrl, apiKey } = connection;
    watchdog.answerFor({ agentId: this.id, agentName: name, pool, apiUrl, apiKey, claimIds });
  }

  /** The claims of which nobody but us knows how they ended. */
  private undecided(): string[] {
    return [...this.kept.keys()].filter((keeper) => !keeper.isDecided).map((keeper) => keeper.claimed.claim_id);
  }

  private async abandon(agentId: string, claimIds: string[]): Promise<void> {
    await this.reach.insist(() => this.api.abandonClaims(agentId, claimIds));
  }

  private async release(claimId: string): Promise<void> {
    await this.reach.insist(() => this.api.releaseClaims(this.id, [claimId]));
  }

  private cancel(flowRunIds: string[]): boolean {
    const keepers = [...this.kept.keys()].filter(
      (keeper) => flowRunIds.includes(keeper.flowRunId) && keeper.mayBeCancelled,
    );
    for (const keeper of keepers) void keeper.cancel();
    return keepers.length > 0;
  }

  private async refused(problem: unknown): Promise<void> {
    if (!(problem instanceof ApiError)) throw problem;
    if (problem.status === 401 || problem.status === 403) throw problem;
    this.options.journal.warn(
      `work pool ${this.options.pool}: ${problem.message.replace(/\.$/, '')}; trying again in 10 s`,
    );
    await Promise.race([sleep(10_000, undefined, { ref: false }), aborted(this.draining.signal)]);
  }

  private async finish(): Promise<void> {
    this.draining.abort();
    this.poll.abort();
    await this.orHurry(this.releaseUnstarted());
    const all = Promise.all(this.kept.values());
    await this.orHurry(Promise.race([all, sleep(this.options.drainSeconds * 1000, undefined, { ref: false })]));
    await this.stopAll();
    await this.untilTold();
    await Promise.all([...this.kept.keys()].map((keeper) => keeper.abandonReports()));
    this.leases.stop();
    await Promise.race([
      this.sayLast(),
      sleep(this.isHurried ? tellInHurryMs.away : tellMs, undefined, { ref: false }),
    ]);
    await Promise.all([...this.runners.map((runner) => runner.close()), this.outbox.close()]);
  }

  private async stopAll(): Promise<void> {
    const how = { inHurry: this.isHurried };
    await Promise.all([...this.kept.keys()].map((keeper) => keeper.stop(how)));
  }

  private get isHurried(): boolean {
    return this.hurrying.signal.aborted;
  }

  private async orHurry(work: Promise<unknown>): Promise<void> {
    await Promise.race([work, aborted(this.hurrying.signal)]);
  }

  /** Nothing runs any more: what is left is to tell it. */
  private async untilTold(): Promise<void> {
    const since = performance.now();
    const patience = () => (!this.isHurried ? tellMs : this.reach.isDown ? tellInHurryMs.away : tellInHurryMs.there);
    while (this.kept.size > 0 && performance.now() < since + patience()) {
      if (this.isHurried && this.reach.isDown && this.undecided().length === 0) return;
      await sleep(lookAgainMs);
    }
  }

  private async releaseUnstarted(): Promise<void> {
    const unstarted = [...this.kept.keys()].filter((keeper) => keeper.giveBack());
    if (unstarted.length === 0) return;
    await this.api
      .releaseClaims(
        this.id,
        unstarted.map((keeper) => keeper.claimed.claim_id),
      )
      .catch(() => undefined);
  }

  /**
   * Lets go of what could not be told, and shows us as offline at once. Said once: when it is not heard, the next agent says
   * it, or leases end. The watchdog has nothing to say then, and ends with us.
   */
  private async sayLast(): Promise<void> {
    const claimIds = this.undecided();
    this.hasLeft = true;
    watchdog.keepSilent();
    const said = claimIds.length === 0 ? Promise.resolve() : this.api.abandonClaims(this.id, claimIds);
    await said.then(() => this.book.close()).catch(() => undefined);
    await this.api.leave(this.options.pool, this.options.name, this.id).catch(() => undefined);
  }

  private away(reason: string): void {
    const { server } = this.options.connection;
    const { leaseSeconds } = this.options;
    const runs =
      this.kept.size > 0
        ? `; what runs goes on for as long as its lease, ${leaseSeconds} s, and reports wait on disk`
        : '';
    this.options.journal.warn(`${server} cannot be reached (${reason})${runs}`);
  }

  private back(awayMs: number): void {
    this.options.journal.note(`${this.options.connection.server} is back after ${Math.round(awayMs / 1000)} s`);
    this.leases.renewSoon();
  }
}

const aborted = (signal: AbortSignal): Promise<unknown> => (signal.aborted ? Promise.resolve() : once(signal, 'abort'));
