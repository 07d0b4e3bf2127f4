import { Controller, Delete, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { workspaceAnswer, workspacesAnswer } from '@headgate/contracts/rest/answers/tenancy';
import {
  workspaceCreateBody,
  workspacesFilterBody,
  workspaceUpdateBody,
  type WorkspaceChange,
  type WorkspaceDraft,
  type WorkspaceJson,
  type WorkspacesFilter,
} from '@headgate/contracts/rest/tenancy';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { Needs, SignedIn } from '../../../core/access/needs.js';
import { IdParam, ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { toWorkspace } from '../tenancy.wire.js';
import { WorkspacesService } from './workspaces.service.js';

/** The workspaces of an account. Which scope a change needs is asked in the workspace that is changed. */
@ApiTags('Workspaces')
@Controller('api/accounts/:accountId/workspaces')
@Needs('sign-in')
export class WorkspacesController {
  constructor(@Inject(WorkspacesService) private readonly workspaces: WorkspacesService) {}

  @Post()
  @Refuses('conflict')
  @HttpCode(201)
  @Answers(workspaceAnswer)
  async create(
    @SignedIn() ctx: AccountCtx,
    @IdParam('accountId') accountId: string,
    @ZodBody(workspaceCreateBody) draft: WorkspaceDraft,
  ): Promise<WorkspaceJson> {
    return toWorkspace(await this.workspaces.create(ctx, accountId, draft));
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

  @Patch(':id')
  @Refuses('conflict')
  @HttpCode(204)
  async update(
    @SignedIn() ctx: AccountCtx,
    @IdParam('accountId') accountId: string,
    @IdParam() id: string,
    @ZodBody(workspaceUpdateBody) change: WorkspaceChange,
  ): Promise<void> {
    await this.workspaces.update(ctx, accountId, id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(
    @SignedIn() ctx: AccountCtx,
    @IdParam('accountId') accountId: string,
    @IdParam() id: string,
  ): Promise<void> {
    await this.workspaces.delete(ctx, accountId, id);
  }
}
