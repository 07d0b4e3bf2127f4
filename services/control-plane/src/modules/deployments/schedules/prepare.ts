import { Inject, Injectable } from '@nestjs/common';
import type { WorkspaceId } from '@headgate/contracts';
import type { Horizon, Upcoming } from '@headgate/contracts/schedules/index';
import { Budget } from '../../../core/documents/budget.js';
import { AppError } from '../../../core/errors/app-error.js';
import { stringifyExact } from '../../../core/json/exact-json.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { HydrationError, ParametersService } from '../../parameters/index.js';
import type { ReadySchedule } from './plan.js';
import type { DueSchedule } from './schedules.queries.js';
import { upcomingOf } from './timetable.js';

const nothing: Upcoming = { occurrences: [], lookAgainMs: null };
const isRefusal = (error: unknown): boolean =>
  error instanceof HydrationError || (error instanceof AppError && error.kind === 'invalid');

/** What is asked about them. */
export type Window = { fromMs: number; horizon: Horizon; evenIfPaused?: boolean };

/** What was found out about schedules while nothing was locked. */
export type Prepared = {
  /** Those of them that are still what they were. The others are looked at anew, by whoever comes next. */
  of: (locked: DueSchedule[]) => ReadySchedule[];
};

/** What decides what a schedule means. */
const meaningOf = ({ schedule, parameters, deployment_parameters, paused }: DueSchedule): string =>
  stringifyExact([schedule, parameters, deployment_parameters, paused]);

/** Finds out what schedules mean: when they fire, and with which parameters. */
@Injectable()
export class Preparations {
  constructor(
    @Inject(ParametersService) private readonly parameters: ParametersService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Within the budget of the request that asks for them; by themselves (null), each within one of its own. */
  async of(schedules: DueSchedule[], shared: Budget | null, window: Window): Promise<Prepared> {
    const found = new Map<string, { meaning: string; ready: ReadySchedule }>();
    for (const schedule of schedules) {
      const budget = shared ?? new Budget(schedule.workspace_id);
      const upcoming = await this.upcoming(schedule, window, budget);
      // What a request has no time for is left to the loops.
      if (!upcoming) continue;
      const ready = { schedule: await this.resolved(schedule, upcoming, budget), upcoming };
      found.set(schedule.id, { meaning: meaningOf(schedule), ready });
    }
    return {
      of: (locked) =>
        locked.flatMap((schedule) => {
          const { meaning, ready } = found.get(schedule.id) ?? {};
          if (!ready || meaning !== meaningOf(schedule)) return [];
          const { parameters, deployment_parameters } = ready.schedule;
          return { schedule: { ...schedule, parameters, deployment_parameters }, upcoming: ready.upcoming };
        }),
    };
  }

  /** Null when there was no time to find out. A schedule that cannot be computed makes no runs, until somebody changes it. */
  private async upcoming(
    { schedule, id, paused }: DueSchedule,
    { fromMs, horizon, evenIfPaused = false }: Window,
    budget: Budget,
  ): Promise<Upcoming | null> {
    if (paused && !evenIfPaused) return nothing;
    const mayTakeLong = budget.isFresh;
    try {
      return await upcomingOf(schedule, fromMs, horizon, budget);
    } catch (error) {
      if (!mayTakeLong || (error instanceof AppError && error.kind !== 'invalid')) return null;
      const level = isRefusal(error) ? 'warn' : 'error';
      this.log[level]({ err: error, scheduleId: id }, 'schedule cannot be computed');
      return nothing;
    }
  }

  /** With the parameters of its runs resolved; where that cannot be, they go as they are written. */
  private async resolved(schedule: DueSchedule, { occurrences }: Upcoming, budget: Budget): Promise<DueSchedule> {
    if (occurrences.length === 0) return schedule;
    const ctx = { workspaceId: schedule.workspace_id as WorkspaceId };
    const given = { ...schedule.deployment_parameters, ...schedule.parameters };
    try {
      return { ...schedule, deployment_parameters: {}, parameters: await this.parameters.resolved(ctx, given, budget) };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.log.warn({ err: error, scheduleId: schedule.id }, 'parameters of a schedule cannot be resolved');
      return schedule;
    }
  }
}
