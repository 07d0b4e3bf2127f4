import { Controller, Delete, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { workspaceAnswer, workspacesAnswer } from '@headgate/contracts/rest/answers/tenancy';
import {
  workspaceCreateBody,
  workspacesFilterBody,
  workspaceUpdateBody,
  type WorkspaceJson,
  type WorkspacesFilter,
} from '@headgate/contracts/rest/tenancy';
import type { z } from 'zod';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { Needs, SignedIn } from '../../../core/access/needs.js';
import { IdParam, ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { toWorkspace } from '../tenancy.wire.js';
import { WorkspacesService } from './workspaces.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../tenancy.operations.js';

/** The workspaces of an account. Which scope a change needs is asked in the workspace that is changed. */
@ApiTags('Workspaces')
@Controller('api/accounts/:accountId/workspaces')
@Needs('sign-in')
export class WorkspacesController {
  constructor(
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createWorkspace)
  @Post()
  @Refuses('conflict')
  @HttpCode(201)
  @Answers(workspaceAnswer)
  async create(
    @SignedIn() ctx: AccountCtx,
    @IdParam('accountId') accountId: string,
    @ZodBody(workspaceCreateBody) workspace: z.infer<typeof workspaceCreateBody>,
  ): Promise<WorkspaceJson> {
    return toWorkspace(await this.operations.run(ctx, createWorkspace, { accountId, workspace }));
  }

  @Post('filter')
  @HttpCode(200)
  @Answers(workspacesAnswer)
  async filter(
    @SignedIn() ctx: AccountCtx,
    @IdParam('accountId') accountId: string,
    @ZodBody(workspacesFilterBody) filter: WorkspacesFilter,
  ): Promise<WorkspaceJson[]> {
    return (await this.workspaces.filter(ctx, accountId, filter)).map(toWorkspace);
  }

  @Get(':id')
  @Answers(workspaceAnswer)
  async get(
    @SignedIn() ctx: AccountCtx,
    @IdParam('accountId') accountId: string,
    @IdParam() id: string,
  ): Promise<WorkspaceJson> {
    return toWorkspace(await this.workspaces.get(ctx, id, { accountId }));
  }

  @Runs(updateWorkspace)
  @Patch(':id')
  @Refuses('conflict')
  @HttpCode(204)
  async update(
    @SignedIn() ctx: AccountCtx,
    @IdParam('accountId') accountId: string,
    @IdParam() id: string,
    @ZodBody(workspaceUpdateBody) change: z.infer<typeof workspaceUpdateBody>,
  ): Promise<void> {
    await this.operations.run(ctx, updateWorkspace, { accountId, id, change });
  }

  @Runs(deleteWorkspace)
  @Delete(':id')
  @HttpCode(204)
  async delete(
    @SignedIn() ctx: AccountCtx,
    @IdParam('accountId') accountId: string,
    @IdParam() id: string,
  ): Promise<void> {
    await this.operations.run(ctx, deleteWorkspace, { accountId, id });
  }
}
