import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { taskWorkersAnswer } from '@headgate/contracts/rest/answers/work-pools';
import { taskWorkersFilter } from '@headgate/contracts/rest/task-runs';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { TaskWorkers } from './task-workers.js';

@ApiTags('Task Workers')
@Controller('api/task_workers')
export class TaskWorkersController {
  constructor(@Inject(TaskWorkers) private readonly workers: TaskWorkers) {}

  @Needs('see_flows')
  @Post('filter')
  @HttpCode(200)
  @Answers(taskWorkersAnswer)
  filter(@Caller() ctx: Ctx, @ZodBody(taskWorkersFilter) body: z.infer<typeof taskWorkersFilter>) {
    return this.workers.list(ctx, body.task_worker_filter?.task_keys ?? []);
  }
}
