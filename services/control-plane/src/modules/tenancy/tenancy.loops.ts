import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../core/config/config.js';
import { Loops } from '../../core/loops/loops.js';
import { deleteEndedSessions } from './identity/identity.queries.js';
import { TenancyDb } from './prisma.js';

@Injectable()
export class TenancyLoops implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(Config) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'forget-ended-sessions',
      says: 'Deletes sessions that have ended.',
      everySeconds: 3_600,
      pass: async () => ({
        forgotten: await this.db.run((prisma) =>
          deleteEndedSessions(prisma, new Date(), this.config.access.sessionSecondsMax),
        ),
      }),
    });
  }
}
