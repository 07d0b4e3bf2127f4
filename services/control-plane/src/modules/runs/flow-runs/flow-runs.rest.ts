import { Controller, Delete, Get, Headers, HttpCode, Inject, Patch, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { flowRunAnswer, flowRunPageAnswer, flowRunsAnswer } from '@headgate/contracts/rest/answers/flow-runs';
import { count } from '@headgate/contracts/rest/answers/shared';
import { orchestrationAnswer, stateAnswer, statesAnswer } from '@headgate/contracts/rest/answers/states';
import { flowRunCreate, flowRunUpdate, paging, resume, setState } from '@headgate/contracts/rest/flow-runs';
import { labels, uuid } from '@headgate/contracts/rest/common';
import { filters, flowRunSort } from '@headgate/contracts/rest/filters';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { invalid } from '../../../core/errors/app-error.js';
import { losesTaskRuns } from '../../../core/http/server-mode.js';
import { IdParam, ZodBody, ZodQuery } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { clientOf } from './client.js';
import { FlowRunsService } from './flow-runs.service.js';
import { resumeFlowRun } from '../actions/run-actions.operations.js';
import { RunNotices } from './run-notices.js';
import { stateJson } from './state-json.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createFlowRun, deleteFlowRun, labelFlowRun, setFlowRunState, updateFlowRun } from './flow-runs.operations.js';

const listBody = z.object({ limit: paging.limit, sort: flowRunSort, offset: paging.offset, ...filters });
const countBody = z.object(filters);
const pageBody = z.object({
  limit: paging.limit,
  page: z.number().int().min(1).nullish(),
  sort: flowRunSort,
  ...filters,
});
const stateQuery = z.object({ flow_run_id: uuid });

type Json<T extends z.ZodType> = z.infer<T>;

/** A number of seconds that a header says; null where it is not there. */
function secondsIn(name: string, header: string | undefined): number | null {
  if (header === undefined) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw invalid(`${name} has to be a number of seconds, zero or more.`);
}

/** How long ago it happened what is reported: of clients whose report was delayed. */
const secondsAgo = (header: string | undefined): number => secondsIn('X-Headgate-Seconds-Ago', header) ?? 0;
/** How far apart the process tells that it lives. */
const heartbeatSeconds = (header: string | undefined): number | null =>
  secondsIn('X-Headgate-Heartbeat-Seconds', header);

/** The wire's flow-run routes. */
@ApiTags('Flow Runs')
@Controller('api/flow_runs')
export class FlowRunsController {
  constructor(
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(RunNotices) private readonly notices: RunNotices,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createFlowRun)
  @Post()
  @Refuses('conflict')
  @Answers(flowRunAnswer, 201, 200)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(flowRunCreate) body: Json<typeof flowRunCreate>,
    @Headers('x-headgate-heartbeat-seconds') heartbeat: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = { run: body, heartbeatSeconds: heartbeatSeconds(heartbeat) };
    const { run, created } = await this.operations.run(ctx, createFlowRun, asked);
    reply.status(created ? 201 : 200);
    return run;
  }

  @Needs('see_flows')
  @Post('filter')
  @HttpCode(200)
  @Answers(flowRunsAnswer)
  filter(@Caller() ctx: Ctx, @ZodBody(listBody) { sort, limit, offset, ...by }: Json<typeof listBody>) {
    return this.runs.list(ctx, by, { sort, limit: limit ?? 200, offset: offset ?? 0 });
  }

  @Needs('see_flows')
  @Post('count')
  @HttpCode(200)
  @Answers(count)
  count(@Caller() ctx: Ctx, @ZodBody(countBody) body: Json<typeof countBody>) {
    return this.runs.count(ctx, body);
  }

  @Needs('see_flows')
  @Post('paginate')
  @HttpCode(200)
  @Answers(flowRunPageAnswer)
  async paginate(@Caller() ctx: Ctx, @ZodBody(pageBody) { sort, limit = 200, page, ...by }: Json<typeof pageBody>) {
    const at = page ?? 1;
    const [count, results] = await Promise.all([
      this.runs.count(ctx, by),
      this.runs.list(ctx, by, { sort, limit, offset: (at - 1) * limit }),
    ]);
    return { results, count, limit, pages: limit > 0 ? Math.ceil(count / limit) : 0, page: at };
  }

  @Needs('see_flows')
  @Get(':id')
  @Answers(flowRunAnswer)
  read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.runs.get(ctx, id);
  }

  @Runs(updateFlowRun)
  @Patch(':id')
  @Refuses('badRequest')
  @HttpCode(204)
  update(@Caller() ctx: Ctx, @IdParam() id: string, @ZodBody(flowRunUpdate) body: Json<typeof flowRunUpdate>) {
    return this.operations.run(ctx, updateFlowRun, { id, change: body });
  }

  @Runs(labelFlowRun)
  @Patch(':id/labels')
  @HttpCode(204)
  label(@Caller() ctx: Ctx, @IdParam() id: string, @ZodBody(labels) body: Json<typeof labels>) {
    return this.operations.run(ctx, labelFlowRun, { id, labels: body });
  }

  @Runs(deleteFlowRun)
  @Delete(':id')
  @HttpCode(204)
  delete(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.operations.run(ctx, deleteFlowRun, { id });
  }

  @Runs(setFlowRunState)
  @Post(':id/set_state')
  @Answers(orchestrationAnswer, 201, 200)
  async setState(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(setState) body: Json<typeof setState>,
    @Headers('x-headgate-claim') claim: string | undefined,
    @Headers('x-headgate-process') process: string | undefined,
    @Headers('x-headgate-run') claimed: string | undefined,
    @Headers('x-headgate-seconds-ago') ago: string | undefined,
    @Headers('x-headgate-heartbeat-seconds') heartbeat: string | undefined,
    @Headers('user-agent') agent: string | undefined,
    @Headers('authorization') authorization: string | undefined,
    @Headers('prefect-csrf-client') csrfClient: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { state } = body;
    // Prefect's client shows the claim of its run whatever run it speaks of: a subflow run has none, others have their own.
    const isOfClaim = claim !== undefined && (claimed ?? id).toLowerCase() === id.toLowerCase();
    const options = {
      force: body.force ?? false,
      claimShown: isOfClaim ? claim : null,
      fromProcess: isOfClaim && process !== undefined,
      secondsAgo: secondsAgo(ago),
      client: clientOf(agent),
    };
    const proposal = { id, state, options, heartbeatSeconds: heartbeatSeconds(heartbeat) };
    const { written, ...result } = await this.operations.run(ctx, setFlowRunState, proposal);
    const lost = written && state.type === 'RUNNING' ? losesTaskRuns({ agent, authorization, csrfClient }) : null;
    if (lost) {
      reply.header('warning', `299 headgate "${lost}"`);
      this.notices.tell(ctx, id, lost);
    }
    reply.status(written ? 201 : 200);
    return result;
  }

  @Runs(resumeFlowRun)
  @Post(':id/resume')
  @Answers(orchestrationAnswer, 201, 200)
  async resume(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(resume) body: Json<typeof resume>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { written, ...result } = await this.operations.run(ctx, resumeFlowRun, {
      id,
      runInput: body.run_input,
    });
    reply.status(written ? 201 : 200);
    return result;
  }
}

@ApiTags('Flow Run States')
@Controller('api/flow_run_states')
export class FlowRunStatesController {
  constructor(@Inject(FlowRunsService) private readonly runs: FlowRunsService) {}

  @Needs('see_flows')
  @Get()
  @Answers(statesAnswer)
  async list(@Caller() ctx: Ctx, @ZodQuery(stateQuery) { flow_run_id }: Json<typeof stateQuery>) {
    return (await this.runs.listStates(ctx, [flow_run_id])).map(stateJson);
  }

  @Needs('see_flows')
  @Get(':id')
  @Answers(stateAnswer)
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return stateJson(await this.runs.getState(ctx, id));
  }
}
