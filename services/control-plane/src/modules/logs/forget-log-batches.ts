import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../core/db/database.js';
import { Loops } from '../../core/loops/loops.js';
import { forgetLogBatches } from './logs.sql.js';

/** Longer than any client tries again. */
const rememberedSeconds = 3_600;
const batchSize = 5_000;

/** Forgets which batches of lines came, once nobody sends them again. */
@Injectable()
export class ForgetLogBatches implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'forget-log-batches',
      says: 'Forgets which batches of log lines came, once none of them can come again.',
      everySeconds: 60,
      pass: () => this.pass(),
    });
  }

  private async pass() {
    let forgotten = 0;
    for (let last = batchSize; last === batchSize; forgotten += last)
      last = (await forgetLogBatches(this.database.sql, [rememberedSeconds, batchSize]))[0]?.forgotten ?? 0;
    return { forgotten };
  }
}
