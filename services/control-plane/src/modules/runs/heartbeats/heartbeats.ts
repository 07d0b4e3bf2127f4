import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { isUuid } from '@headgate/contracts';
import { Database } from '../../../core/db/database.js';
import { EventsIngest, type Received } from '../../events/index.js';
import { noteHeartbeats } from './heartbeats.sql.js';

const heartbeat = 'prefect.flow-run.heartbeat';
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
