import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../core/db/database.js';
import { Loops } from '../../../core/loops/loops.js';
import { forgetExpired } from '../moves/facts.queries.js';

const batchSize = 1_000;

/** Deletes cached states that answer no more. */
@Injectable()
export class ForgetExpiredAnswers implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'forget-expired-answers',
      says: 'Drops results of tasks that are cached and have expired.',
      everySeconds: 60,
      pass: async () => ({ answers: await forgetExpired(this.database.db, batchSize) }),
    });
  }
}
