import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../core/db/database.js';
import { AppError } from '../../../core/errors/app-error.js';
import { wireTime } from '../../../core/events/events.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { Live, topics } from '../../../core/live/live.js';
import { EventsIngest, type Received } from '../../events/index.js';
import { fold, toldBy, type Told } from './fold.js';
import { recordTaskRuns, recordTaskRunStates } from './recorder.sql.js';

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
    const told = received.flatMap(({ workspaceId, event }) => toldBy(workspaceId, event) ?? []);
    if (told.length === 0) return;
    try {
      await this.write(told);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unavailable') throw error;
      await this.writeOneByOne(told);
    }
    this.tell(told);
  }

  private async write(told: Told[]): Promise<void> {
    const now = wireTime();
    await recordTaskRuns(this.database.sql, [json(fold(told).map((each) => toRow(each, now)))]);
    await recordTaskRunStates(this.database.sql, [json(told.map(toStateRow))]);
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

  private tell(told: Told[]): void {
    const byWorkspace = new Map<string, Map<string, string | null>>();
    for (const each of told) {
      const runs = byWorkspace.get(each.workspace_id) ?? new Map<string, string | null>();
      byWorkspace.set(each.workspace_id, runs.set(each.id, each.flow_run_id));
    }
    for (const [workspaceId, runs] of byWorkspace)
      this.live.publish(
        topics.taskRuns(workspaceId),
        [...runs].map(([id, flow_run_id]) => ({ id, flow_run_id })),
      );
  }
}

const json = (rows: unknown): string => JSON.stringify(rows).replaceAll('\\u0000', '');

const toRow = (told: Told, now: string) => ({
  ...told.columns,
  workspace_id: told.workspace_id,
  id: told.id,
  flow_run_id: told.flow_run_id,
  now,
  state: told.state,
  state_type: told.state.type,
  state_name: told.state.name,
  at: told.state.timestamp,
});

const toStateRow = ({ workspace_id, id, flow_run_id, state }: Told) => ({
  workspace_id,
  task_run_id: id,
  flow_run_id,
  timestamp: state.timestamp,
  id: state.id,
  type: state.type,
  name: state.name,
  message: state.message,
  data: state.data,
  details: state.state_details,
});
