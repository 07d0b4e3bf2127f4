import type { ExecutionContext } from '@nestjs/common';
import type { GraphQLResolveInfo } from 'graphql';
import { requestOf, type HeadgateRequest } from '../http/request.js';
import type { Ctx } from './ctx.js';

/** The contexts of a GraphQL request, by the name that its answer gives to the field at the root. */
const ofFields = new WeakMap<HeadgateRequest, Map<string, Ctx>>();

/**
 * Fields of one document run side by side, each in the workspace that its arguments name: what the guard found out
 * about one must never be read by another. A REST request has one door, and one context.
 */
export function keepCtx(execution: ExecutionContext, ctx: Ctx): void {
  const request = requestOf(execution);
  if (execution.getType<'http' | 'graphql'>() !== 'graphql') {
    request.ctx = ctx;
    return;
  }
  const fields = ofFields.get(request) ?? new Map<string, Ctx>();
  ofFields.set(request, fields.set(rootOf(execution), ctx));
}

/** For a field below another one: the context of the root field that it hangs under. */
export function ctxKept(execution: ExecutionContext): Ctx | undefined {
  const request = requestOf(execution);
  if (execution.getType<'http' | 'graphql'>() !== 'graphql') return request.ctx;
  return ofFields.get(request)?.get(rootOf(execution));
}

function rootOf(execution: ExecutionContext): string {
  let { path } = execution.getArgByIndex<GraphQLResolveInfo>(3);
  while (path.prev) path = path.prev;
  return String(path.key);
}
