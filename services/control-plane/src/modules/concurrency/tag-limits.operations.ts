import * as bodies from '@headgate/contracts/rest/concurrency';
import { z } from 'zod';
import { operation, selfCommitting } from '../../core/operations/operation.js';
import { named } from '../../core/operations/shapes.js';
import { TagLimitsService } from './tag-limits.service.js';

const needs = 'manage_concurrency_limits';
const why = 'slots are taken and given back in one statement';
const limits = z.array(z.object({ id: z.string(), name: z.string(), limit: z.number() }));
/** A limit is deleted by its id, or by its tag. */
const key = z.union([z.object({ id: z.string() }), z.object({ tag: z.string() })]);

export const saveTagLimit = operation({
  name: 'tag-limit.save',
  needs,
  input: bodies.tagLimitCreateBody,
  answer: z.object({ limit: named, made: z.boolean() }),
  describe: ({ tag, concurrency_limit: limit }) => `Limited tasks with the tag ${tag} to ${limit} at once`,
  audit: 'tag-limit.saved',
  by: TagLimitsService,
  change: (service, ctx, tx, draft) => service.upsert(ctx, tx, draft),
});

export const deleteTagLimit = operation({
  name: 'tag-limit.delete',
  needs,
  input: key,
  answer: named,
  describe: (_, { name }) => `Deleted the limit ${name}`,
  audit: 'tag-limit.deleted',
  by: TagLimitsService,
  change: (service, ctx, tx, key) => service.delete(ctx, tx, key),
});

export const resetTagLimit = operation({
  name: 'tag-limit.reset',
  needs,
  input: z.object({ tag: z.string(), taskRunIds: z.array(z.string()) }),
  answer: z.void(),
  describe: ({ tag }) => `Took the slots of the tag ${tag} away from whoever held them`,
  audit: 'tag-limit.reset',
  by: TagLimitsService,
  change: (service, ctx, tx, { tag, taskRunIds }) => service.reset(ctx, tx, tag, taskRunIds),
});

export const takeTagSlots = selfCommitting({
  name: 'tag-slot.take',
  needs,
  input: bodies.tagSlotsBody,
  answer: limits,
  describe: ({ names, task_run_id: id }) => `Took slots of the tags ${names.join(', ')} for the task run ${id}`,
  audit: 'tag-slot.taken',
  by: TagLimitsService,
  why,
  run: (service, ctx, wanted) => service.take(ctx, wanted),
});

export const giveTagSlotsBack = selfCommitting({
  name: 'tag-slot.give-back',
  needs,
  input: bodies.tagSlotsBody,
  answer: limits,
  describe: ({ names, task_run_id: id }) => `Gave slots of the tags ${names.join(', ')} of the task run ${id} back`,
  audit: 'tag-slot.given-back',
  by: TagLimitsService,
  why,
  run: (service, ctx, given) => service.giveBack(ctx, given),
});
