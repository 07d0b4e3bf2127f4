import { Inject, Injectable } from '@nestjs/common';
import { catchUpDefault, type Horizon, type Missed, type Upcoming } from '@headgate/contracts/schedules/index';
import type { AsSystem, Ctx } from '../../../core/access/ctx.js';
import { Budget } from '../../../core/documents/budget.js';
import { isOwnedBy } from '../../../core/fair/owners.js';
import { AppError } from '../../../core/errors/app-error.js';
import { stringifyExact } from '../../../core/json/exact-json.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { HydrationError, ParametersService } from '../../parameters/index.js';
import type { ReadySchedule } from './plan.js';
import type { DueSchedule } from './schedules.queries.js';
import { missedOf, momentAfter, upcomingOf } from './timetable.js';

const nothing: Upcoming = { occurrences: [], lookAgainMs: null };
const nothingMissed: Missed = { kept: [], dropped: null };
const isTooBusy = (error: unknown): boolean => error instanceof AppError && error.kind === 'unavailable';
const isRefusal = (error: unknown): boolean =>
  error instanceof HydrationError || (error instanceof AppError && error.kind === 'invalid');

/** What is asked about them. */
export type Window = { fromMs: number; horizon: Horizon; evenIfPaused?: boolean; makesUp?: boolean };

/** What was found out about schedules while nothing was locked. */
export type Prepared = {
  /** Those of them that are still what they were. The others are looked at anew, by whoever comes next. */
  of: (locked: DueSchedule[]) => ReadySchedule[];
};

/** What decides what a schedule means. */
const meaningOf = ({
  schedule,
  parameters,
  deployment_parameters,
  paused,
  catch_up,
  made_until,
}: DueSchedule): string => stringifyExact([schedule, parameters, deployment_parameters, paused, catch_up, made_until]);

/** Finds out what schedules mean: when they fire, and with which parameters. */
@Injectable()
export class Preparations {
  constructor(
    @Inject(ParametersService) private readonly parameters: ParametersService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Within the budget of the request that asks for them; by themselves (null), each within one of its own. */
  async of(as: AsSystem, schedules: DueSchedule[], shared: Budget | null, window: Window): Promise<Prepared> {
    const found = new Map<string, { meaning: string; ready: ReadySchedule }>();
    for (const schedule of schedules) {
      isOwnedBy(schedule.workspace_id, schedule.account_id);
      const budget = shared ?? new Budget(schedule.workspace_id);
      const upcoming = await this.upcoming(schedule, window, budget);
      const missed = window.makesUp ? await this.missed(schedule, window.fromMs, shared) : nothingMissed;
      const after = upcoming && (await this.after(schedule, upcoming, shared));
      // What a request has no time for is left to the loops.
      if (!upcoming || !missed || !after) continue;
      const makesRuns = upcoming.occurrences.length + missed.kept.length > 0;
      const resolved = makesRuns ? await this.resolved(as(schedule.workspace_id), schedule, budget) : schedule;
      if (!resolved) continue;
      const ready = { schedule: resolved, upcoming, missed, next: after.next };
      found.set(schedule.id, { meaning: meaningOf(schedule), ready });
    }
    return {
      of: (locked) =>
        locked.flatMap((schedule) => {
          const { meaning, ready } = found.get(schedule.id) ?? {};
          if (!ready || meaning !== meaningOf(schedule)) return [];
          const { parameters, deployment_parameters } = ready.schedule;
          return { ...ready, schedule: { ...schedule, parameters, deployment_parameters } };
        }),
    };
  }

  /** A schedule that cannot be computed makes no runs, until somebody changes it. */
  private async upcoming(
    { schedule, id, paused }: DueSchedule,
    { fromMs, horizon, evenIfPaused = false }: Window,
    budget: Budget,
  ): Promise<Upcoming | null> {
    if (paused && !evenIfPaused) return nothing;
    return this.found(id, budget, nothing, () => upcomingOf(schedule, fromMs, horizon, budget));
  }

  /** The moments that came while no pass was made. The search of a loop has a budget of its own. */
  private async missed(
    { schedule, id, workspace_id, paused, made_until, catch_up }: DueSchedule,
    untilMs: number,
    shared: Budget | null,
  ): Promise<Missed | null> {
    if (paused || made_until === null || Date.parse(made_until) >= untilMs) return nothingMissed;
    const budget = shared ?? new Budget(workspace_id);
    const span = { afterMs: Date.parse(made_until), untilMs: untilMs - 1, catchUp: catch_up ?? catchUpDefault };
    return this.found(id, budget, nothingMissed, () => missedOf(schedule, span, budget));
  }

  /** Where only the latest run is caught up on, the last one that is made has to know when the next one comes. */
  private async after(
    { schedule, id, workspace_id, catch_up }: DueSchedule,
    { occurrences }: Upcoming,
    shared: Budget | null,
  ): Promise<{ next: string | null } | null> {
    const last = occurrences.at(-1);
    if (catch_up !== 'latest' || !last) return { next: null };
    const budget = shared ?? new Budget(workspace_id);
    return this.found(id, budget, { next: null }, async () => ({
      next: await momentAfter(schedule, last.instant, budget),
    }));
  }

  /** Null when there was no time to find out; what there is otherwise, when it takes too long by itself. */
  private async found<T>(
    scheduleId: string,
    budget: Budget,
    otherwise: T,
    search: () => Promise<T>,
  ): Promise<T | null> {
    const mayTakeLong = budget.isFresh;
    try {
      return await search();
    } catch (error) {
      if (!mayTakeLong || (error instanceof AppError && error.kind !== 'invalid')) return null;
      const level = isRefusal(error) ? 'warn' : 'error';
      this.log[level]({ err: error, scheduleId }, 'schedule cannot be computed');
      return otherwise;
    }
  }

  /**
   * With the parameters of its runs resolved; where that cannot be, they go as they are written. Null when the machine is
   * too busy to find out.
   */
  private async resolved(ctx: Ctx, schedule: DueSchedule, budget: Budget): Promise<DueSchedule | null> {
    const given = { ...schedule.deployment_parameters, ...schedule.parameters };
    try {
      return { ...schedule, deployment_parameters: {}, parameters: await this.parameters.resolved(ctx, given, budget) };
    } catch (error) {
      if (isTooBusy(error)) return null;
      if (!isRefusal(error)) throw error;
      this.log.warn({ err: error, scheduleId: schedule.id }, 'parameters of a schedule cannot be resolved');
      return schedule;
    }
  }
}
