import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isUuid } from '@headgate/contracts';
import { forbidden, notFound } from '../errors/app-error.js';
import { addressedAccount, addressedWorkspace } from '../http/address.js';
import { isSocketRequest, requestOf, type HeadgateRequest } from '../http/request.js';
import type { Actor, Ctx } from './ctx.js';
import { Identity, type WorkspaceAccess } from './identity.js';
import { keepCtx } from './field-ctx.js';
import { NEEDS, type Need } from './needs.js';
import { askActor, showsAnything, unknownCaller } from './credentials.js';
import { refuseForgery } from './forgery.js';
import { claimIn } from './under-claim.js';

/** For so long it holds who somebody was found to be. */
const knownForMs = 1_000;

/** Decides at every door, REST and GraphQL alike: who is it, in which workspace, and may they. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Identity) private readonly identity: Identity,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const need = this.needOf(execution);
    const request = requestOf(execution);
    if (!need) throw forbidden('This door does not say what it needs.');
    if (isToBeAsked(request)) await askActor(this.identity, request);
    const { actor } = request;
    if (!actor && need === 'nothing') return true;
    if (!actor) throw unknownCaller(request);
    if (need !== 'nothing') refuseForgery(this.identity, request, actor);
    if (need === 'nothing' || need === 'sign-in') {
      // Below the address of a workspace there is nothing for those who may not know of it.
      if (actor && request.headers[addressedWorkspace]) await this.accessOf(request, actor, execution);
      return true;
    }
    const access = await this.accessOf(request, actor, execution);
    if (!access.scopes.has(need)) throw forbidden(`This needs the scope ${need} in the workspace.`);
    request.holder?.needs(access, need);
    if (!isSocketRequest(request)) (request.granted ??= []).push({ access, need });
    keepCtx(execution, ctxOf(request, actor, access));
    return true;
  }

  /** A field of an object type has no door of its own: it is reached through a query that has one. */
  private needOf(execution: ExecutionContext): Need | undefined {
    return this.reflector.getAllAndOverride<Need | undefined>(NEEDS, [execution.getHandler(), execution.getClass()]);
  }

  private async accessOf(
    request: HeadgateRequest,
    actor: Actor,
    execution: ExecutionContext,
  ): Promise<WorkspaceAccess> {
    const named = namedWorkspace(request, execution);
    const access = named
      ? isUuid(named.workspaceId)
        ? await this.identity.accessTo(actor, named.workspaceId, named.accountId)
        : null
      : await this.identity.homeOf(actor);
    if (!access) throw notFound(named ? 'Workspace not found' : 'This key has no workspace');
    return access;
  }
}

/**
 * HTTP requests were asked before their body was read. Who asked may be here no longer when that, and their turn, took
 * long; sockets look after that themselves.
 */
function isToBeAsked(request: HeadgateRequest): boolean {
  if (request.actor === undefined) return showsAnything(request);
  if (!request.actor || isSocketRequest(request)) return false;
  return performance.now() - (request.actorAt ?? -Infinity) > knownForMs;
}

function namedWorkspace(
  request: HeadgateRequest,
  execution: ExecutionContext,
): { workspaceId: string; accountId: string | null } | null {
  if (execution.getType<'http' | 'graphql'>() === 'graphql') {
    const workspaceId = execution.getArgByIndex<{ workspaceId?: string }>(1)?.workspaceId;
    return typeof workspaceId === 'string' ? { workspaceId: workspaceId.toLowerCase(), accountId: null } : null;
  }
  const workspaceId = request.headers[addressedWorkspace];
  const accountId = request.headers[addressedAccount];
  return typeof workspaceId === 'string' && typeof accountId === 'string' ? { workspaceId, accountId } : null;
}

export function ctxOf(request: HeadgateRequest, actor: Actor, access: WorkspaceAccess): Ctx {
  return {
    actor,
    workspaceId: access.workspaceId,
    scopes: access.scopes,
    requestId: String(request.id),
    log: request.log as never,
    claim: claimIn(request.headers),
  };
}
