import { Inject, Injectable } from '@nestjs/common';
import { MicroBatch } from '../../../core/batch/micro-batch.js';
import { Database } from '../../../core/db/database.js';
import { notFound } from '../../../core/errors/app-error.js';
import { selectRunSources, type RunSource } from './run-source.sql.js';

type Asked = { workspaceId: string; deploymentId: string };

/** A schema of parameters may be large. */
const atOnceMax = 32;

/**
 * What runs take over from their deployments, read anew for each run: those who ask at the same time share a statement,
 * and those who ask for the same deployment share what was found, which nobody changes.
 */
@Injectable()
export class RunSources {
  private readonly asked: MicroBatch<Asked, RunSource | undefined>;

  constructor(@Inject(Database) private readonly database: Database) {
    this.asked = new MicroBatch((asked) => this.read(asked), {
      partyOf: (each) => each.workspaceId,
      costMax: atOnceMax,
    });
  }

  /** Throws notFound. */
  async of(workspaceId: string, deploymentId: string): Promise<RunSource> {
    const source = await this.asked.submit({ workspaceId, deploymentId });
    if (!source) throw notFound('Deployment not found');
    return source;
  }

  private async read(asked: Asked[]): Promise<(RunSource | undefined)[]> {
    const places = new Map<string, number>();
    const different = asked.filter((each) => !places.has(keyOf(each)) && places.set(keyOf(each), places.size + 1));
    const found = await selectRunSources(this.database.sql, [
      different.map((each) => each.workspaceId),
      different.map((each) => each.deploymentId),
    ]);
    const byPlace = new Map(found.map((source) => [source.place, source]));
    return asked.map((each) => byPlace.get(places.get(keyOf(each))!));
  }
}

const keyOf = ({ workspaceId, deploymentId }: Asked): string => `${workspaceId} ${deploymentId}`;
