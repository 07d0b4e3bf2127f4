import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { requestOf, type HeadgateRequest } from '../http/request.js';
import { invariant } from '../errors/app-error.js';
import type { AccountCtx, Ctx } from './ctx.js';
import { ctxKept } from './field-ctx.js';
import type { Scope } from './scopes.js';

export const NEEDS = 'headgate:needs';

/** `nothing`: anybody may come in. `sign-in`: somebody known. A scope: somebody known who has it in the addressed workspace. */
export type Need = 'nothing' | 'sign-in' | Scope;

/** Every door says what it needs; one that says nothing is refused, and a test walks all of them. */
export const Needs = (need: Need) => SetMetadata(NEEDS, need);

/** The caller in the workspace that the request, or this field of a GraphQL document, addresses. */
export const Caller = createParamDecorator((_: unknown, execution: ExecutionContext): Ctx => {
  const ctx = ctxKept(execution);
  invariant(ctx, 'a door with @Caller() needs a workspace scope');
  return ctx;
});

/** The signed-in caller of an account-level door. */
export const SignedIn = createParamDecorator((_: unknown, execution: ExecutionContext): AccountCtx =>
  accountCtxOf(requestOf(execution)),
);

/** The same for who holds the request, where it is known that somebody has signed in. */
export function accountCtxOf({ actor, id, log }: HeadgateRequest): AccountCtx {
  invariant(actor && actor.kind !== 'system', 'a door with @SignedIn() needs sign-in');
  return { actor, requestId: id, log: log as never };
}

/** The request itself, for doors that set cookies or read headers. */
export const Request = createParamDecorator((_: unknown, execution: ExecutionContext): HeadgateRequest =>
  requestOf(execution),
);
