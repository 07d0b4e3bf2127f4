import { Controller, Delete, Get, HttpCode, Inject, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { storageAnswer } from '@headgate/contracts/rest/answers/server-info';
import { resultStoragePut, type ResultStorageJson, type ResultStoragePut } from '@headgate/contracts/rest/server-info';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { ResultStorageService } from './result-storage.service.js';

@ApiTags('Admin')
@Controller('api/admin/storage')
export class ResultStorageController {
  constructor(@Inject(ResultStorageService) private readonly storage: ResultStorageService) {}

  /** Every flow run asks, with the key of whoever runs it. */
  @Get()
  @Needs('see_blocks')
  @Answers(storageAnswer)
  async get(@Caller() ctx: Ctx): Promise<ResultStorageJson> {
    return { default_result_storage_block_id: await this.storage.get(ctx) };
  }

  @Put()
  @Needs('write_workspace_settings')
  @Answers(storageAnswer)
  async set(
    @Caller() ctx: Ctx,
    @ZodBody(resultStoragePut) { default_result_storage_block_id: id }: ResultStoragePut,
  ): Promise<ResultStorageJson> {
    await this.storage.set(ctx, id);
    return { default_result_storage_block_id: id };
  }

  @Delete()
  @HttpCode(204)
  @Needs('write_workspace_settings')
  clear(@Caller() ctx: Ctx): Promise<void> {
    return this.storage.clear(ctx);
  }
}
