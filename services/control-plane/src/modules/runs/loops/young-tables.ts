import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../core/db/database.js';
import { Loops } from '../../../core/loops/loops.js';
import { outgrownTables } from './loops.sql.js';

/** From here on Postgres' own autovacuum is in time. */
const rowsMax = 100_000;

/**
 * Postgres looks at what a table holds once a minute at most. Until then it takes the table for empty, where all indexes
 * cost the same, and a plan that is kept may read a whole workspace for each row: a new installation would spend three
 * times as much on a task run in its first minute as later. So tables that have outgrown what is known of them are looked
 * at while they are small, which takes milliseconds; and plans that are kept are made anew after it, by Postgres itself.
 * Days are left alone: they are added to, and each has few indexes.
 */
@Injectable()
export class YoungTables implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'analyze-young-tables',
      says: 'Tells Postgres what small tables hold as they grow, so that it reads them by the right index.',
      everySeconds: 1,
      pass: () => this.analyze(),
    });
  }

  private async analyze() {
    const outgrown = await outgrownTables(this.database.sql, [rowsMax]);
    for (const { statement } of outgrown) await this.database.sql.query(statement);
    return { analyzed: outgrown.length };
  }
}
