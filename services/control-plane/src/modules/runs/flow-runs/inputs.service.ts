import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { conflict, notFound } from '../../../core/errors/app-error.js';
import { FlowRunsService } from './flow-runs.service.js';
import * as queries from './inputs.queries.js';

type Sent = { flowRunId: string; key: string; value: string; sender?: string | null | undefined };

@Injectable()
export class InputsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  async create(ctx: Ctx, tx: Db, { flowRunId, key, value, sender = null }: Sent): Promise<void> {
    await this.runs.getRow(ctx, flowRunId);
    if (!(await queries.insertInput(tx, ctx.workspaceId, { id: newId(), flow_run_id: flowRunId, key, value, sender })))
      throw conflict('A flow run input with this key already exists.');
  }

  async list(
    ctx: Ctx,
    flowRunId: string,
    prefix: string,
    limit: number,
    excluded: string[],
  ): Promise<queries.InputRow[]> {
    const found = await queries.listInputs(this.database.db, ctx.workspaceId, flowRunId, prefix, limit, excluded);
    if (!found) throw notFound('Flow run not found');
    return found;
  }

  async get(ctx: Ctx, flowRunId: string, key: string): Promise<string> {
    const value = await this.find(ctx, flowRunId, key);
    if (value === null) throw notFound('Flow run input not found');
    return value;
  }

  async find(ctx: Ctx, flowRunId: string, key: string): Promise<string | null> {
    return (await queries.findInput(this.database.db, ctx.workspaceId, flowRunId, key))?.value ?? null;
  }

  async delete(ctx: Ctx, tx: Db, flowRunId: string, key: string): Promise<void> {
    if (!(await queries.deleteInput(tx, ctx.workspaceId, flowRunId, key))) throw notFound('Flow run input not found');
  }
}
