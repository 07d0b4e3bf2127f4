import { Controller, Delete, Get, HttpCode, Inject, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { storageAnswer } from '@headgate/contracts/rest/answers/server-info';
import { resultStoragePut, type ResultStorageJson, type ResultStoragePut } from '@headgate/contracts/rest/server-info';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { ResultStorageService } from './result-storage.service.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { clearResultStorage, setResultStorage } from './result-storage.operations.js';

@ApiTags('Admin')
@Controller('api/admin/storage')
export class ResultStorageController {
  constructor(
    @Inject(ResultStorageService) private readonly storage: ResultStorageService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  /** Every flow run asks, with the key of whoever runs it. */
  @Get()
  @Needs('see_blocks')
  @Answers(storageAnswer)
  async get(@Caller() ctx: Ctx): Promise<ResultStorageJson> {
    return { default_result_storage_block_id: await this.storage.get(ctx) };
  }

  @Put()
  @Runs(setResultStorage)
  @Answers(storageAnswer)
  async set(@Caller() ctx: Ctx, @ZodBody(resultStoragePut) wanted: ResultStoragePut): Promise<ResultStorageJson> {
    await this.operations.run(ctx, setResultStorage, wanted);
    return wanted;
  }

  @Delete()
  @HttpCode(204)
  @Runs(clearResultStorage)
  clear(@Caller() ctx: Ctx): Promise<void> {
    return this.operations.run(ctx, clearResultStorage, {});
  }
}
