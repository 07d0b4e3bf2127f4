import { variableAnswer } from '@headgate/contracts/rest/answers/variables';
import { variableCreate, variableUpdate } from '@headgate/contracts/rest/variables';
import { z } from 'zod';
import { operation } from '../../core/operations/operation.js';
import { VariablesService } from './variables.service.js';

const key = z.union([z.object({ id: z.string() }), z.object({ name: z.string() })]);

export const createVariable = operation({
  name: 'variable.create',
  needs: 'write_variables',
  input: variableCreate,
  answer: variableAnswer,
  describe: (_, { name }) => `Created the variable ${name}`,
  audit: 'variable.created',
  by: VariablesService,
  change: (variables, ctx, tx, draft) => variables.create(ctx, tx, draft),
});

export const updateVariable = operation({
  name: 'variable.update',
  needs: 'write_variables',
  input: z.object({ key, change: variableUpdate }),
  answer: variableAnswer,
  describe: (_, { name }) => `Changed the variable ${name}`,
  audit: 'variable.updated',
  by: VariablesService,
  change: (variables, ctx, tx, { key, change }) => variables.update(ctx, tx, key, change),
});

export const deleteVariable = operation({
  name: 'variable.delete',
  needs: 'manage_variables',
  input: key,
  answer: variableAnswer,
  describe: (_, { name }) => `Deleted the variable ${name}`,
  audit: 'variable.deleted',
  by: VariablesService,
  change: (variables, ctx, tx, key) => variables.delete(ctx, tx, key),
});
