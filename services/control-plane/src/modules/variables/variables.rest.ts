import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { count } from '@headgate/contracts/rest/answers/shared';
import { variableAnswer, variablesAnswer } from '@headgate/contracts/rest/answers/variables';
import {
  variableCreate,
  variablesCount,
  variablesFilter,
  variableUpdate,
  type VariableCreate,
  type VariableJson,
  type VariablesFilter,
  type VariableUpdate,
} from '@headgate/contracts/rest/variables';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { ExactJson } from '../../core/http/exact-json.interceptor.js';
import { IdParam, ZodBody } from '../../core/http/zod-body.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { Answers } from '../../core/openapi/answers.js';
import { Refuses } from '../../core/openapi/refuses.js';
import { createVariable, deleteVariable, updateVariable } from './variables.operations.js';
import { VariablesService } from './variables.service.js';

@ApiTags('Variables')
@Controller('api/variables')
@UseInterceptors(ExactJson)
export class VariablesController {
  constructor(
    @Inject(VariablesService) private readonly variables: VariablesService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Post()
  @Refuses('conflict')
  @HttpCode(201)
  @Runs(createVariable)
  @Answers(variableAnswer)
  create(@Caller() ctx: Ctx, @ZodBody(variableCreate) draft: VariableCreate): Promise<VariableJson> {
    return this.operations.run(ctx, createVariable, draft);
  }

  @Post('filter')
  @HttpCode(200)
  @Needs('see_variables')
  @Answers(variablesAnswer)
  filter(
    @Caller() ctx: Ctx,
    @ZodBody(variablesFilter) { variables, sort, limit = 200, offset = 0 }: VariablesFilter,
  ): Promise<VariableJson[]> {
    return this.variables.list(ctx, variables, { sort, limit, offset });
  }

  @Post('count')
  @HttpCode(200)
  @Needs('see_variables')
  @Answers(count)
  count(
    @Caller() ctx: Ctx,
    @ZodBody(variablesCount) { variables }: Pick<VariablesFilter, 'variables'>,
  ): Promise<number> {
    return this.variables.count(ctx, variables);
  }

  @Get('name/:name')
  @Needs('see_variables')
  @Answers(variableAnswer)
  getByName(@Caller() ctx: Ctx, @Param('name') name: string): Promise<VariableJson> {
    return this.variables.get(ctx, { name });
  }

  @Patch('name/:name')
  @Refuses('conflict')
  @HttpCode(204)
  @Runs(updateVariable)
  async updateByName(
    @Caller() ctx: Ctx,
    @Param('name') name: string,
    @ZodBody(variableUpdate) change: VariableUpdate,
  ): Promise<void> {
    await this.operations.run(ctx, updateVariable, { key: { name }, change });
  }

  @Delete('name/:name')
  @HttpCode(204)
  @Runs(deleteVariable)
  async deleteByName(@Caller() ctx: Ctx, @Param('name') name: string): Promise<void> {
    await this.operations.run(ctx, deleteVariable, { name });
  }

  @Get(':id')
  @Needs('see_variables')
  @Answers(variableAnswer)
  get(@Caller() ctx: Ctx, @IdParam() id: string): Promise<VariableJson> {
    return this.variables.get(ctx, { id });
  }

  @Patch(':id')
  @Refuses('conflict')
  @HttpCode(204)
  @Runs(updateVariable)
  async update(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(variableUpdate) change: VariableUpdate,
  ): Promise<void> {
    await this.operations.run(ctx, updateVariable, { key: { id }, change });
  }

  @Delete(':id')
  @HttpCode(204)
  @Runs(deleteVariable)
  async delete(@Caller() ctx: Ctx, @IdParam() id: string): Promise<void> {
    await this.operations.run(ctx, deleteVariable, { id });
  }
}
