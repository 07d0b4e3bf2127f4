import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  bulkRunsAnswer,
  deploymentAnswer,
  deploymentPageAnswer,
  deploymentsAnswer,
  schedulesAnswer,
} from '@headgate/contracts/rest/answers/deployments';
import { flowRunAnswer, flowRunsAnswer } from '@headgate/contracts/rest/answers/flow-runs';
import { deletedAnswer } from '@headgate/contracts/rest/answers/flows';
import { count, nothing } from '@headgate/contracts/rest/answers/shared';
import { plainQueuesAnswer } from '@headgate/contracts/rest/answers/work-pools';
import * as bodies from '@headgate/contracts/rest/deployments';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { DescribedBody, IdParam, ZodBody } from '../../core/http/zod-body.js';
import { ZodList } from '../../core/http/zod-list.js';
import { Answers } from '../../core/openapi/answers.js';
import { Refuses } from '../../core/openapi/refuses.js';
import { deploymentJson, scheduleJson, schedulesJson } from './deployment.js';
import { DeploymentsService } from './deployments.service.js';
import { QueueOfDeployment } from './queue-of-deployment.js';
import { outcomeOf, refuseTooManyEach } from './runs/each-for-itself.js';
import { runDeployment, runDeploymentEach } from './runs/deployment-runs.operations.js';
import { createSchedules, deleteSchedule, scheduleRuns, updateSchedule } from './schedules/schedules.operations.js';
import { SchedulesService } from './schedules/schedules.service.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import {
  deleteDeployment,
  pollDeployments,
  saveDeployment,
  setDeploymentPaused,
  updateDeployment,
} from './deployments.operations.js';

/** Fifty take a millisecond or two. */
const sentRuns = new ZodList(bodies.runsOfDeployment, 50);

@ApiTags('Deployments')
@Controller('api/deployments')
export class DeploymentsController {
  constructor(
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(SchedulesService) private readonly schedules: SchedulesService,
    @Inject(QueueOfDeployment) private readonly queues: QueueOfDeployment,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(saveDeployment)
  @Post()
  @Refuses('badRequest', 'conflict')
  @Answers(deploymentAnswer, 201, 200)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.deploymentCreate) body: bodies.DeploymentCreate,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    // As on Prefect's wire, where all else that is not named stays.
    const whole = { parameters: {}, schedules: [], ...body };
    const { deployment, created } = await this.operations.run(ctx, saveDeployment, whole);
    reply.status(created ? 201 : 200);
    return deploymentJson(deployment);
  }

  @Needs('see_deployments')
  @Post('filter')
  @HttpCode(200)
  @Answers(deploymentsAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.deploymentsFilter) { sort, limit, offset, ...by }: z.infer<typeof bodies.deploymentsFilter>,
  ) {
    return (await this.deployments.list(ctx, by, { sort, limit: limit ?? 200, offset: offset ?? 0 })).map(
      deploymentJson,
    );
  }

  @Needs('see_deployments')
  @Post('count')
  @HttpCode(200)
  @Answers(count)
  count(@Caller() ctx: Ctx, @ZodBody(bodies.deploymentsCount) by: z.infer<typeof bodies.deploymentsCount>) {
    return this.deployments.count(ctx, by);
  }

  @Needs('see_deployments')
  @Post('paginate')
  @HttpCode(200)
  @Answers(deploymentPageAnswer)
  async paginate(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.deploymentsPage) { sort, limit = 200, page = 1, ...by }: z.infer<typeof bodies.deploymentsPage>,
  ) {
    const [count, rows] = await Promise.all([
      this.deployments.count(ctx, by),
      this.deployments.list(ctx, by, { sort, limit, offset: (page - 1) * limit }),
    ]);
    return { results: rows.map(deploymentJson), count, limit, pages: limit > 0 ? Math.ceil(count / limit) : 0, page };
  }

  @Runs(deleteDeployment)
  @Post('bulk_delete')
  @HttpCode(200)
  @Answers(deletedAnswer)
  async bulkDelete(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.deploymentsBulkDelete) { deployments, limit }: z.infer<typeof bodies.deploymentsBulkDelete>,
  ) {
    const rows = await this.deployments.list(ctx, { deployments }, { limit: limit ?? 50, offset: 0 });
    for (const { id } of rows) await this.operations.run(ctx, deleteDeployment, { id });
    return { deleted: rows.map((row) => row.id) };
  }

  /** The poll of processes that serve deployments themselves. */
  @Runs(pollDeployments)
  @Post('get_scheduled_flow_runs')
  @HttpCode(200)
  @Answers(flowRunsAnswer)
  scheduledRuns(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.scheduledRunsOfDeployments) body: z.infer<typeof bodies.scheduledRunsOfDeployments>,
  ) {
    return this.operations.run(ctx, pollDeployments, body);
  }

  @Needs('see_deployments')
  @Get('name/:flow/:deployment')
  @Answers(deploymentAnswer)
  async readByName(@Caller() ctx: Ctx, @Param('flow') flow: string, @Param('deployment') deployment: string) {
    return deploymentJson(await this.deployments.getByNames(ctx, flow, deployment));
  }

  @Needs('see_deployments')
  @Get(':id')
  @Answers(deploymentAnswer)
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return deploymentJson(await this.deployments.get(ctx, id));
  }

  @Needs('see_deployments')
  @Get(':id/work_queue_check')
  @Answers(plainQueuesAnswer)
  async workQueueCheck(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.queues.serving(ctx, await this.deployments.get(ctx, id));
  }

  @Runs(updateDeployment)
  @Patch(':id')
  @Refuses('badRequest', 'conflict')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.deploymentUpdate) change: bodies.DeploymentUpdate,
  ): Promise<void> {
    await this.operations.run(ctx, updateDeployment, { id, change });
  }

  @Runs(deleteDeployment)
  @Delete(':id')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @IdParam() id: string): Promise<void> {
    await this.operations.run(ctx, deleteDeployment, { id });
  }

  @Runs(runDeployment)
  @Post(':id/create_flow_run')
  @Refuses('badRequest', 'conflict')
  @Answers(flowRunAnswer, 201, 200)
  async createRun(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.runOfDeployment) body: bodies.RunOfDeployment,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { run, created } = await this.operations.run(ctx, runDeployment, { deploymentId: id, run: body });
    reply.status(created ? 201 : 200);
    return run;
  }

  @Runs(runDeploymentEach)
  @Post(':id/create_flow_run/bulk')
  @Refuses('badRequest', 'conflict')
  @HttpCode(200)
  @Answers(bulkRunsAnswer)
  async createRuns(@Caller() ctx: Ctx, @IdParam() id: string, @DescribedBody(bodies.runsOfDeployment) body: unknown) {
    const list = await sentRuns.read(body);
    refuseTooManyEach(list.length);
    const settled = await this.operations.run(ctx, runDeploymentEach, { deploymentId: id, runs: list });
    const results = settled.map(outcomeOf).map(({ made, error }) => ({
      flow_run_id: made?.run.id ?? null,
      status: made ? 'CREATED' : 'FAILED',
      error,
    }));
    return { results };
  }

  @Runs(scheduleRuns)
  @Post(':id/schedule')
  @HttpCode(200)
  @Answers(nothing)
  async schedule(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.scheduleNow) body: bodies.ScheduleNow,
  ): Promise<null> {
    await this.operations.run(ctx, scheduleRuns, { deploymentId: id, window: body });
    return null;
  }

  @Runs(setDeploymentPaused)
  @Post(':id/resume_deployment')
  @HttpCode(200)
  @Answers(nothing)
  async resume(@Caller() ctx: Ctx, @IdParam() id: string): Promise<null> {
    await this.operations.run(ctx, setDeploymentPaused, { id, paused: false });
    return null;
  }

  @Runs(setDeploymentPaused)
  @Post(':id/pause_deployment')
  @HttpCode(200)
  @Answers(nothing)
  async pause(@Caller() ctx: Ctx, @IdParam() id: string): Promise<null> {
    await this.operations.run(ctx, setDeploymentPaused, { id, paused: true });
    return null;
  }

  @Needs('see_deployments')
  @Get(':id/schedules')
  @Answers(schedulesAnswer)
  async listSchedules(@Caller() ctx: Ctx, @IdParam() id: string) {
    return schedulesJson(await this.schedules.list(ctx, id));
  }

  @Runs(createSchedules)
  @Post(':id/schedules')
  @Refuses('conflict')
  @Answers(schedulesAnswer)
  async createSchedules(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.newSchedules) body: bodies.ScheduleCreate[],
  ) {
    const made = await this.operations.run(ctx, createSchedules, { deploymentId: id, schedules: body });
    return made.map(scheduleJson);
  }

  @Runs(updateSchedule)
  @Patch(':id/schedules/:schedule')
  @Refuses('conflict')
  @HttpCode(204)
  updateSchedule(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @IdParam('schedule') scheduleId: string,
    @ZodBody(bodies.scheduleUpdate) body: bodies.ScheduleUpdate,
  ) {
    return this.operations.run(ctx, updateSchedule, { deploymentId: id, id: scheduleId, change: body });
  }

  @Runs(deleteSchedule)
  @Delete(':id/schedules/:schedule')
  @HttpCode(204)
  deleteSchedule(@Caller() ctx: Ctx, @IdParam() id: string, @IdParam('schedule') scheduleId: string) {
    return this.operations.run(ctx, deleteSchedule, { deploymentId: id, id: scheduleId });
  }
}
