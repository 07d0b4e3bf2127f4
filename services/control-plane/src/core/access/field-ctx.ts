import type { ExecutionContext } from '@nestjs/common';
import type { GraphQLResolveInfo } from 'graphql';
import { invariant } from '../errors/app-error.js';
import { requestOf, type GraphqlContext } from '../http/request.js';
import type { Ctx } from './ctx.js';

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
  (request.fieldCtxs ??= new Map()).set(rootOf(execution), ctx);
}

/** For a field below another one: the context of the root field that it hangs under. */
export function ctxKept(execution: ExecutionContext): Ctx | undefined {
  const request = requestOf(execution);
  if (execution.getType<'http' | 'graphql'>() !== 'graphql') return request.ctx;
  return request.fieldCtxs?.get(rootOf(execution));
}

/**
 * For a field of a thing that a root field found: the context in which it was found. One request has one caller, who is
 * the same in all fields of one workspace.
 */
export function ctxIn({ req }: GraphqlContext, { workspaceId }: { workspaceId: string }): Ctx {
  for (const ctx of req.fieldCtxs?.values() ?? []) if (ctx.workspaceId === workspaceId) return ctx;
  invariant(false, 'a thing is read in the workspace in which it was found');
}

function rootOf(execution: ExecutionContext): string {
  let { path } = execution.getArgByIndex<GraphQLResolveInfo>(3);
  while (path.prev) path = path.prev;
  return String(path.key);
}
