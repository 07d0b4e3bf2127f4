import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { workerTypesAnswer } from '@headgate/contracts/rest/answers/server-info';
import type { WorkerTypesJson } from '@headgate/contracts/rest/server-info';
import { Needs } from '../../core/access/needs.js';
import { notFound } from '../../core/errors/app-error.js';
import { Answers } from '../../core/openapi/answers.js';
import { views, workerTypes } from './worker-types/worker-types.js';

/** The catalogue of worker types. */
@ApiTags('Collections')
@Controller('api/collections')
@Needs('sign-in')
export class CollectionsController {
  @Get('views/:view')
  @Answers(workerTypesAnswer)
  view(@Param('view') view: string): unknown {
    if (!Object.hasOwn(views, view)) throw notFound(`View ${view} not found in registry`);
    return views[view];
  }

  @Get('work_pool_types')
  @Answers(workerTypesAnswer)
  workPoolTypes(): WorkerTypesJson {
    return workerTypes;
  }
}
