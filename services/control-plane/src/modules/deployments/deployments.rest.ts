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
import { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { badRequest } from '../../core/errors/app-error.js';
import { DescribedBody, IdParam, ZodBody } from '../../core/http/zod-body.js';
import { ZodList } from '../../core/http/zod-list.js';
import { Answers } from '../../core/openapi/answers.js';
import { Refuses } from '../../core/openapi/refuses.js';
import { deploymentJson, scheduleJson, schedulesJson } from './deployment.js';
import { DeploymentsService } from './deployments.service.js';
import { QueueOfDeployment } from './queue-of-deployment.js';
import { DeploymentRunsService } from './runs/deployment-runs.service.js';
import { SchedulesService } from './schedules/schedules.service.js';

const bulkMax = 100;
/** Fifty take a millisecond or two. */
const sentRuns = new ZodList(bodies.runsOfDeployment, 50);
const newSchedules = z.array(bodies.scheduleCreate).max(bodies.schedulesMax, bodies.tooManySchedules);

@ApiTags('Deployments')
@Controller('api/deployments')
export class DeploymentsController {
  constructor(
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(DeploymentRunsService) private readonly runs: DeploymentRunsService,
    @Inject(SchedulesService) private readonly schedules: SchedulesService,
    @Inject(QueueOfDeployment) private readonly queues: QueueOfDeployment,
  ) {}

  @Needs('write_deployments')
  @Post()
  @Refuses('badRequest', 'conflict')
  @Answers(deploymentAnswer, 201, 200)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.deploymentCreate) body: bodies.DeploymentCreate,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { deployment, created } = await this.deployments.upsert(ctx, body);
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

  @Needs('manage_deployments')
  @Post('bulk_delete')
  @HttpCode(200)
  @Answers(deletedAnswer)
  async bulkDelete(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.deploymentsBulkDelete) { deployments, limit }: z.infer<typeof bodies.deploymentsBulkDelete>,
  ) {
    const rows = await this.deployments.list(ctx, { deployments }, { limit: limit ?? 50, offset: 0 });
    for (const row of rows) await this.deployments.delete(ctx, row.id);
    return { deleted: rows.map((row) => row.id) };
  }

  /** The poll of processes that serve deployments themselves. */
  @Needs('run_flows')
  @Post('get_scheduled_flow_runs')
  @HttpCode(200)
  @Answers(flowRunsAnswer)
  scheduledRuns(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.scheduledRunsOfDeployments) body: z.infer<typeof bodies.scheduledRunsOfDeployments>,
  ) {
    return this.runs.scheduled(ctx, body.deployment_ids, body.scheduled_before, body.limit ?? 200);
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

  @Needs('write_deployments')
  @Patch(':id')
  @Refuses('badRequest', 'conflict')
  @HttpCode(204)
  update(@Caller() ctx: Ctx, @IdParam() id: string, @ZodBody(bodies.deploymentUpdate) body: bodies.DeploymentUpdate) {
    return this.deployments.update(ctx, id, body);
  }

  @Needs('manage_deployments')
  @Delete(':id')
  @HttpCode(204)
  delete(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.deployments.delete(ctx, id);
  }

  @Needs('run_deployments')
  @Post(':id/create_flow_run')
  @Refuses('badRequest', 'conflict')
  @Answers(flowRunAnswer, 201, 200)
  async createRun(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.runOfDeployment) body: bodies.RunOfDeployment,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { run, created } = await this.runs.create(ctx, id, body);
    reply.status(created ? 201 : 200);
    return run;
  }

  @Needs('run_deployments')
  @Post(':id/create_flow_run/bulk')
  @Refuses('badRequest', 'conflict')
  @HttpCode(200)
  @Answers(bulkRunsAnswer)
  async createRuns(@Caller() ctx: Ctx, @IdParam() id: string, @DescribedBody(bodies.runsOfDeployment) body: unknown) {
    const list = await sentRuns.read(body);
    if (list.length > bulkMax) throw badRequest(`Cannot create more than ${bulkMax} flow runs at once.`);
    const settled = await this.runs.createEach(ctx, id, list);
    const results = settled.map((each) =>
      each.status === 'fulfilled'
        ? { flow_run_id: each.value.run.id, status: 'CREATED', error: null }
        : {
            flow_run_id: null,
            status: 'FAILED',
            error: each.reason instanceof Error ? each.reason.message : String(each.reason),
          },
    );
    return { results };
  }

  @Needs('write_deployments')
  @Post(':id/schedule')
  @HttpCode(200)
  @Answers(nothing)
  async schedule(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.scheduleNow) body: bodies.ScheduleNow,
  ): Promise<null> {
    await this.schedules.scheduleNow(ctx, id, body);
    return null;
  }

  @Needs('write_deployments')
  @Post(':id/resume_deployment')
  @HttpCode(200)
  @Answers(nothing)
  async resume(@Caller() ctx: Ctx, @IdParam() id: string): Promise<null> {
    await this.deployments.setPaused(ctx, id, false);
    return null;
  }

  @Needs('write_deployments')
  @Post(':id/pause_deployment')
  @HttpCode(200)
  @Answers(nothing)
  async pause(@Caller() ctx: Ctx, @IdParam() id: string): Promise<null> {
    await this.deployments.setPaused(ctx, id, true);
    return null;
  }

  @Needs('see_deployments')
  @Get(':id/schedules')
  @Answers(schedulesAnswer)
  async listSchedules(@Caller() ctx: Ctx, @IdParam() id: string) {
    return schedulesJson(await this.schedules.list(ctx, id));
  }

  @Needs('write_deployments')
  @Post(':id/schedules')
  @Refuses('conflict')
  @Answers(schedulesAnswer)
  async createSchedules(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(newSchedules) body: bodies.ScheduleCreate[],
  ) {
    return (await this.schedules.create(ctx, id, body)).map(scheduleJson);
  }

  @Needs('write_deployments')
  @Patch(':id/schedules/:schedule')
  @Refuses('conflict')
  @HttpCode(204)
  updateSchedule(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @IdParam('schedule') scheduleId: string,
    @ZodBody(bodies.scheduleUpdate) body: bodies.ScheduleUpdate,
  ) {
    return this.schedules.update(ctx, id, scheduleId, body);
  }

  @Needs('write_deployments')
  @Delete(':id/schedules/:schedule')
  @HttpCode(204)
  deleteSchedule(@Caller() ctx: Ctx, @IdParam() id: string, @IdParam('schedule') scheduleId: string) {
    return this.schedules.delete(ctx, id, scheduleId);
  }
}
