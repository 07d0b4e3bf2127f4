import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { StateJson } from '@headgate/contracts';
import { keptAt } from '../../../core/days/kept-at.js';
import { Database } from '../../../core/db/database.js';
import { storableRows } from '../../../core/db/json-rows.js';
import { AppError } from '../../../core/errors/app-error.js';
import { wireTime } from '../../../core/events/events.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { Live, topics } from '../../../core/live/live.js';
import { EventsIngest, type Received } from '../../events/index.js';
import { fold, toldBy, type Story, type Told } from './fold.js';
import { forgetTaskRunStates, recordTaskRuns, recordTaskRunStates, type PresumedState } from './recorder.sql.js';

/**
 * Task runs exist because their events tell of them: the process that runs a task decides its states, and the recorder
 * keeps what it hears. Events come late, twice and out of order; none of that may regress a run or lose a state.
 */
@Injectable()
export class TaskRunRecorder implements OnModuleInit {
  constructor(
    @Inject(EventsIngest) private readonly ingest: EventsIngest,
    @Inject(Database) private readonly database: Database,
    @Inject(Live) private readonly live: Live,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.ingest.onStored((received) => this.record(received));
  }

  private async record(received: Received[]): Promise<void> {
    const told = received.flatMap((each) => toldBy(each) ?? []);
    if (told.length === 0) return;
    try {
      await this.write(told);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unavailable') throw error;
      await this.writeOneByOne(told);
    }
  }

  private async write(told: Told[]): Promise<void> {
    const now = wireTime();
    const recorded: Recorded[] = [];
    let stories = fold(told);
    for (let tries = 0; stories.length > 0; tries++) {
      if (tries === triesMax)
        throw new AppError('unavailable', 'Task runs change too fast.', {}, { retryAfterSeconds: 1 });
      const rows = await recordTaskRuns(this.database.sql, [
        storableRows(stories.map((story, n) => toRow(story, n, now))),
      ]);
      const answered = rows.map((row) => ({ ...row, story: stories[row.n]! }));
      recorded.push(...answered.filter((each) => !each.again));
      stories = answered.filter((each) => each.again).map((each) => each.story);
    }
    const states = recorded.flatMap(({ id, story }) => story.told.map((each) => toStateRow(each, id)));
    await recordTaskRunStates(this.database.sql, [storableRows(states)]);
    await this.forget(recorded);
    this.tell(recorded);
  }

  private async forget(recorded: Recorded[]): Promise<void> {
    const wrong = recorded.filter((each) => each.disproved !== null);
    if (wrong.length === 0) return;
    await forgetTaskRunStates(this.database.sql, [
      wrong.map(({ story }) => story.last.workspace_id),
      wrong.map(({ id }) => id),
      wrong.map(({ disproved }) => disproved!.timestamp),
      wrong.map(({ disproved }) => disproved!.id),
    ]);
  }

  /** One that cannot be stored must not cost the others; sent again it could not be stored either. */
  private async writeOneByOne(told: Told[]): Promise<void> {
    for (const each of told) {
      try {
        await this.write([each]);
      } catch (error) {
        if (error instanceof AppError && error.kind === 'unavailable') throw error;
        this.log.warn({ err: error, taskRunId: each.id }, 'task run event cannot be recorded');
      }
    }
  }

  private tell(recorded: Recorded[]): void {
    const byWorkspace = new Map<string, { id: string; flow_run_id: string | null }[]>();
    for (const { id, story } of recorded) {
      const { workspace_id } = story.last;
      const runs = byWorkspace.get(workspace_id) ?? [];
      byWorkspace.set(workspace_id, runs);
      runs.push({ id, flow_run_id: story.flow_run_id });
    }
    for (const [workspaceId, runs] of byWorkspace) this.live.publish(topics.taskRuns(workspaceId), runs);
  }
}

/** A story, the id under which its run is stored, and what was presumed of it in vain. */
type Recorded = { id: string; story: Story; disproved: PresumedState | null };

/** After so many lost races something is wrong. */
const triesMax = 5;

function toRow({ id, flow_run_id, last, columns }: Story, n: number, now: string) {
  const { state, workspace_id } = last;
  const details = { ...state.state_details, task_run_id: id, flow_run_id };
  return {
    ...columns,
    n,
    workspace_id,
    id,
    flow_run_id,
    claim: last.claim,
    now,
    makes: makesRun(state),
    given: Object.keys(columns),
    state: { ...state, state_details: details },
    state_id: state.id,
    state_type: state.type,
    state_name: state.name,
    at: state.timestamp,
  };
}

/**
 * That it waits for a task worker is told after it was made over HTTP. Where it is not there any more, a worker was faster
 * and has deleted what it could not run: a late word must not bring it back.
 */
const makesRun = ({ type, state_details }: StateJson): boolean => type !== 'SCHEDULED' || !state_details.deferred;

function toStateRow({ workspace_id, state }: Told, id: string) {
  const { state_details, timestamp, ...rest } = state;
  return {
    ...rest,
    ...keptAt(timestamp, Date.now()),
    workspace_id,
    task_run_id: id,
    details: { ...state_details, task_run_id: id },
  };
}
