import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { conflict, notFound } from '../../../core/errors/app-error.js';
import { FlowRunsService } from './flow-runs.service.js';
import * as queries from './inputs.queries.js';

@Injectable()
export class InputsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  async create(
    ctx: Ctx,
    input: { id: string; flow_run_id: string; key: string; value: string; sender: string | null },
  ): Promise<void> {
    await this.runs.getRow(ctx, input.flow_run_id);
    if (!(await queries.insertInput(this.database.db, ctx.workspaceId, input)))
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

  async delete(ctx: Ctx, flowRunId: string, key: string): Promise<void> {
    if (!(await queries.deleteInput(this.database.db, ctx.workspaceId, flowRunId, key)))
      throw notFound('Flow run input not found');
  }
}
