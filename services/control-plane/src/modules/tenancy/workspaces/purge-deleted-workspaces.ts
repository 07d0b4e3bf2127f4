import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../core/db/database.js';
import { Loops, type Done } from '../../../core/loops/loops.js';
import {
  deleteRemains,
  forgetDeletedWorkspace,
  listDeletedWorkspaces,
  remainTables,
} from './workspace-remains.queries.js';

/** Requests and passes of loops that were under way when a workspace was deleted may leave something after it. */
const lateSeconds = 600;
const passMsMax = 20_000;

/** Which of its tables is next. */
type Doomed = { id: string; table: number };

/**
 * Deletes what deleted workspaces left in the hot tables, a batch of each in turn. Nobody sees it any more: who deletes a
 * workspace of many millions of rows is answered at once.
 */
@Injectable()
export class PurgeDeletedWorkspaces implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'purge-deleted-workspaces',
      says: 'Deletes the runs, logs and events that deleted workspaces left behind.',
      everySeconds: 30,
      pass: () => this.pass(),
    });
  }

  private async pass(): Promise<Done> {
    const { db } = this.database;
    let purged = 0;
    const line: Doomed[] = (await listDeletedWorkspaces(db)).map((id) => ({ id, table: 0 }));
    const end = Date.now() + passMsMax;
    for (let next: Doomed | undefined; Date.now() < end && (next = line.shift());) {
      const table = remainTables[next.table];
      if (!table) {
        await forgetDeletedWorkspace(db, next.id, lateSeconds);
        continue;
      }
      const deleted = await deleteRemains(db, table, next.id);
      purged += deleted;
      line.push(deleted > 0 ? next : { ...next, table: next.table + 1 });
    }
    return line.length > 0 ? { purged, more: 1 } : { purged };
  }
}
