import { Inject, Injectable } from '@nestjs/common';
import type { LogFilter, LogJson } from '@headgate/contracts/rest/logs';
import type { Ctx } from '../../core/access/ctx.js';
import { MicroBatch } from '../../core/batch/micro-batch.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { lookingFor } from '../../core/db/text-search.js';
import type { NextPiece } from '../../core/downloads/download.js';
import { Budgets } from '../../core/fair/budgets.js';
import { inSlices } from '../../core/fair/in-slices.js';
import { Live, topics } from '../../core/live/live.js';
import { Together } from '../../core/live/together.js';
import { isAfter, RunNotices } from '../runs/index.js';
import { newId } from '@headgate/contracts';
import { Bells } from './bells.js';
import { csvHead, toCsv } from './csv.js';
import { batchesOf, withoutRepeats, type LogBatch } from './log-batches.js';
import { logJson, readLogLines, type LogRow } from './log-lines.js';
import {
  arrivedOfRun,
  linesAt,
  listLogs,
  pageOfLogs,
  pageOfRun,
  type LogPlace,
  type LogsOf,
  type LogsOfRunPage,
  type LogsPage,
  type PageOfLines,
} from './logs.queries.js';
import { storeLogOnce, storeLogs } from './logs.sql.js';

const linesPerPiece = 1_000;
/** What we write ourselves: Python's number for it, and the name of the logger. */
const [warning, us] = [30, 'headgate'];
const linesPerFlush = 500;
/** So much text in a line makes it cost as much as two. */
const bytesPerLine = 512;
const bytesOf = (rows: LogRow[]): number => rows.reduce((sum, row) => sum + row.message.length, 0);

const toJson = ({ lines, more }: PageOfLines): PageOfLines<LogJson> => ({ lines: lines.map(logJson), more });

/** The use cases of log lines. */
@Injectable()
export class LogsService {
  private readonly batches: MicroBatch<LogBatch, void>;
  /** Ring for those who follow runs. */
  readonly bells: Bells;
  private readonly together = new Together<Readonly<PageOfLines<LogJson>>>();
  private readonly arrivals = new Together<readonly LogPlace[]>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Live) private readonly live: Live,
    @Inject(RunNotices) notices: RunNotices,
    @Inject(Budgets) private readonly budgets: Budgets,
  ) {
    this.bells = new Bells(live);
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
    const batches = await batchesOf(ctx, rows, linesPerFlush);
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

  async page(ctx: Ctx, filter: LogFilter, page: LogsPage): Promise<PageOfLines<LogJson>> {
    const look = (db: Db) => pageOfLogs(db, ctx.workspaceId, filter, page);
    return toJson(await lookingFor(filter.text?.query, this.database, ctx.workspaceId, look));
  }

  async pageOfRun(ctx: Ctx, of: LogsOf, page: LogsOfRunPage): Promise<PageOfLines<LogJson>> {
    const look = (db: Db) => pageOfRun(db, ctx.workspaceId, of, page);
    return toJson(await lookingFor(page.search, this.database, ctx.workspaceId, look));
  }

  /** The lines after a place, looked for once for all who ask at the same moment. */
  nextOfRun(ctx: Ctx, of: LogsOf, after: LogPlace | null, first: number): Promise<Readonly<PageOfLines<LogJson>>> {
    return this.together.ask(JSON.stringify([ctx.workspaceId, of, after, first]), () =>
      this.pageOfRun(ctx, of, { after, first }),
    );
  }

  /** The same of where those are kept that came in after a line and belong before a place. */
  arrivedOfRun(ctx: Ctx, of: LogsOf, since: string, upTo: LogPlace, first: number): Promise<readonly LogPlace[]> {
    const page = { since, upTo, first };
    return this.arrivals.ask(JSON.stringify([ctx.workspaceId, of, page]), () =>
      arrivedOfRun(this.database.db, ctx.workspaceId, of, page),
    );
  }

  async linesAt(ctx: Ctx, of: LogsOf, places: LogPlace[]): Promise<PageOfLines<LogJson>> {
    if (places.length === 0) return { lines: [], more: false };
    return toJson(await linesAt(this.database.db, ctx.workspaceId, of, places));
  }

  /** The log of a run as CSV, a page at a time. Between two pages only the place is kept. */
  csvOfRun(ctx: Ctx, flowRunId: string): NextPiece {
    let after: LogPlace | null = null;
    let [head, isOver] = [csvHead, false];
    return async () => {
      if (isOver) return null;
      const { lines, more } = await this.pageOfRun(ctx, { flowRunId }, { after, first: linesPerPiece });
      const piece = Buffer.from(head + (await toCsv(lines)));
      const last = lines.at(-1);
      if (last) after = { timestamp: last.timestamp, id: last.id };
      [head, isOver] = ['', !more];
      return piece;
    };
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
      column('dated'),
      column('level'),
      column('name'),
      column('message'),
      batches.flatMap((batch, at) => batch.rows.map(() => at + 1)),
      batches.map(({ claim }) => claim?.flowRunId ?? null),
      batches.map(({ claim }) => claim?.claimId ?? null),
    ]);
    const byWorkspace = new Map<string, LogJson[]>();
    for (const { batch, overtaken_at: end } of entered) {
      const { workspaceId, rows: taken, claim } = batches[batch - 1]!;
      const lines = byWorkspace.get(workspaceId) ?? [];
      for (const row of taken)
        if (end === null || row.flow_run_id !== claim!.flowRunId || !isAfter(row.timestamp, end))
          lines.push(logJson(row));
      byWorkspace.set(workspaceId, lines);
    }
    for (const [workspaceId, lines] of byWorkspace) this.live.publish(topics.logs(workspaceId), lines);
  }
}
