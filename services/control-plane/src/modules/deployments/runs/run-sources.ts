import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { SharedReads } from '../../../core/batch/shared-reads.js';
import { Database } from '../../../core/db/database.js';
import { notFound } from '../../../core/errors/app-error.js';
import { selectRunSources, type RunSource } from './run-source.sql.js';

/** What runs take over from their deployments, read anew for each run. */
@Injectable()
export class RunSources {
  private readonly reads: SharedReads<RunSource>;

  constructor(@Inject(Database) database: Database) {
    // A schema of parameters may be large.
    this.reads = new SharedReads((...asked) => selectRunSources(database.sql, asked), { atOnceMax: 32 });
  }

  /** Throws notFound. */
  async of(ctx: Ctx, deploymentId: string): Promise<RunSource> {
    const source = await this.reads.find(ctx.workspaceId, deploymentId);
    if (!source) throw notFound('Deployment not found');
    return source;
  }
}
