import { Inject, Injectable } from '@nestjs/common';
import type { LogFilter, LogJson } from '@headgate/contracts/rest/logs';
import type { Ctx } from '../../core/access/ctx.js';
import { MicroBatch } from '../../core/batch/micro-batch.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { lookingFor } from '../../core/db/text-search.js';
import { Budgets } from '../../core/fair/budgets.js';
import { inSlices } from '../../core/fair/in-slices.js';
import { Live, topics } from '../../core/live/live.js';
import { Together } from '../../core/live/together.js';
import { RunNotices } from '../runs/index.js';
import { newId } from '@headgate/contracts';
import { batchesOf, withoutRepeats, type LogBatch } from './log-batches.js';
import { logJson, readLogLines, type LogRow } from './log-lines.js';
import { listLogs, listLogsOfRun, type LogPlace, type LogsOf, type LogsPage } from './logs.queries.js';
import { storeLogOnce, storeLogs } from './logs.sql.js';

const pageSize = 1_000;
/** What we write ourselves: Python's number for it, and the name of the logger. */
const [warning, us] = [30, 'headgate'];
const linesPerFlush = 500;
/** So much text in a line makes it cost as much as two. */
const bytesPerLine = 512;
const bytesOf = (rows: LogRow[]): number => rows.reduce((sum, row) => sum + row.message.length, 0);

/** The use cases of log lines. */
@Injectable()
export class LogsService {
  private readonly batches: MicroBatch<LogBatch, void>;
  private readonly together = new Together<readonly LogJson[]>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Live) private readonly live: Live,
    @Inject(RunNotices) notices: RunNotices,
    @Inject(Budgets) private readonly budgets: Budgets,
  ) {
    notices.writeWith((ctx, flowRunId, message) => this.notice(ctx, flowRunId, message));
    this.batches = new MicroBatch((batches) => this.store(batches).then(() => batches.map(() => undefined)), {
      partyOf: ({ workspaceId }) => workspaceId,
      costOf: ({ rows }) => rows.length + bytesOf(rows) / bytesPerLine,
      costMax: 2 * linesPerFlush,
      flightsMax: 3,
      waitingMax: 100_000,
    });
  }

  /** Durable when answered. What is sent once more within the hour is stored already. */
  async take(ctx: Ctx, body: unknown): Promise<void> {
    const rows = await readLogLines(ctx.workspaceId, body);
    if (rows.length === 0) return;
    this.budgets.spend(ctx.workspaceId, 'logLines', rows.length);
    this.budgets.spend(ctx.workspaceId, 'logBytes', bytesOf(rows));
    const batches = await batchesOf(ctx.workspaceId, rows, linesPerFlush);
    await inSlices(batches, 1, ([batch]) => this.batches.submit(batch!));
  }

  /** A warning of ours on a run: once, however often it is told. */
  private async notice({ workspaceId }: Ctx, flowRunId: string, message: string): Promise<void> {
    const timestamp = new Date().toISOString().replace('Z', '000Z');
    const line = {
      id: newId(),
      flow_run_id: flowRunId,
      task_run_id: null,
      timestamp,
      level: warning,
      name: us,
      message,
    };
    const columns = [workspaceId, line.id, flowRunId, timestamp, line.level, line.name, message];
    const stored = await storeLogOnce(this.database.sql, columns);
    if (stored.length > 0) this.live.publish(topics.logs(workspaceId), [logJson(line)]);
  }

  async list(ctx: Ctx, filter: LogFilter, page: LogsPage): Promise<LogJson[]> {
    const list = (db: Db) => listLogs(db, ctx.workspaceId, filter, page);
    return (await lookingFor(filter.text?.query, this.database, ctx.workspaceId, list)).map(logJson);
  }

  async listOfRun(
    ctx: Ctx,
    of: LogsOf,
    by: { after: LogPlace | null; minLevel: number | null; search: string | null; first: number },
  ): Promise<LogJson[]> {
    const list = (db: Db) => listLogsOfRun(db, ctx.workspaceId, of, by);
    return (await lookingFor(by.search, this.database, ctx.workspaceId, list)).map(logJson);
  }

  /** The lines after a place, looked for once for all who ask at the same moment. */
  nextOfRun(ctx: Ctx, of: LogsOf, after: LogPlace | null, first: number): Promise<readonly LogJson[]> {
    return this.together.ask(JSON.stringify([ctx.workspaceId, of, after, first]), () =>
      this.listOfRun(ctx, of, { after, minLevel: null, search: null, first }),
    );
  }

  /** All lines of a run, page by page. */
  async *walk(ctx: Ctx, flowRunId: string): AsyncGenerator<LogJson[]> {
    let after: LogPlace | null = null;
    while (true) {
      const page: LogJson[] = await this.listOfRun(
        ctx,
        { flowRunId },
        {
          after,
          minLevel: null,
          search: null,
          first: pageSize,
        },
      );
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = { timestamp: last.timestamp, id: last.id };
    }
  }

  private async store(given: LogBatch[]): Promise<void> {
    const batches = withoutRepeats(given);
    const rows = batches.flatMap((batch) => batch.rows);
    const column = <K extends keyof LogRow>(key: K) => rows.map((row) => row[key]);
    const entered = await storeLogs(this.database.sql, [
      batches.map((batch) => batch.workspaceId),
      batches.map((batch) => batch.digest),
      column('workspace_id'),
      column('id'),
      column('flow_run_id'),
      column('task_run_id'),
      column('worker_id'),
      column('timestamp'),
      column('level'),
      column('name'),
      column('message'),
      batches.flatMap((batch, at) => batch.rows.map(() => at + 1)),
    ]);
    const byWorkspace = new Map<string, LogJson[]>();
    for (const { batch } of entered) {
      const { workspaceId, rows: stored } = batches[batch - 1]!;
      const lines = byWorkspace.get(workspaceId) ?? [];
      for (const row of stored) lines.push(logJson(row));
      byWorkspace.set(workspaceId, lines);
    }
    for (const [workspaceId, lines] of byWorkspace) this.live.publish(topics.logs(workspaceId), lines);
  }
}
