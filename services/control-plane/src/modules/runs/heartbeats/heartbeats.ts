import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { isUuid } from '@headgate/contracts';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { EventsIngest, type Received } from '../../events/index.js';
import { dropHeartbeats, noteHeartbeats, promiseHeartbeats } from './heartbeats.sql.js';

const heartbeat = 'prefect.flow-run.heartbeat';
/** As long as the longest distance that is learnt. */
const secondsMax = 3_600;
const resourcePrefix = 'prefect.flow-run.';

/** Processes of runs that tell that they live, as clients do with `PREFECT_FLOWS_HEARTBEAT_FREQUENCY`. */
@Injectable()
export class RunHeartbeats implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(EventsIngest) private readonly ingest: EventsIngest,
  ) {}

  onModuleInit(): void {
    this.ingest.onStored((received) => this.note(received));
  }

  /** Of a process that says, as it begins, that it will tell so many seconds apart. */
  async promise({ workspaceId }: Ctx, flowRunId: string, seconds: number): Promise<void> {
    await promiseHeartbeats(this.database.sql, [workspaceId, flowRunId, Math.min(secondsMax, seconds)]);
  }

  /** It says that it will tell no more. */
  async forget({ workspaceId }: Ctx, flowRunId: string): Promise<void> {
    await dropHeartbeats(this.database.sql, [[workspaceId], [flowRunId]]);
  }

  private async note(received: Received[]): Promise<void> {
    const beats = received
      .filter(({ event }) => event.event === heartbeat)
      .map(({ workspaceId, event }) => {
        const id = String(event.resource['prefect.resource.id']).slice(resourcePrefix.length);
        return { workspaceId, id, occurred: event.occurred };
      })
      .filter(({ id }) => isUuid(id));
    if (beats.length === 0) return;
    await noteHeartbeats(this.database.sql, [
      beats.map((beat) => beat.workspaceId),
      beats.map((beat) => beat.id),
      beats.map((beat) => beat.occurred),
    ]);
  }
}
