import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { isUuid } from '@headgate/contracts';
import { forbidden, notFound, unauthenticated } from '../errors/app-error.js';
import { addressedAccount, addressedWorkspace } from '../http/address.js';
import { requestOf, type HeadgateRequest } from '../http/request.js';
import type { Actor, Ctx } from './ctx.js';
import { Identity, type WorkspaceAccess } from './identity.js';
import { NEEDS, type Need } from './needs.js';
import { sessionCookie } from './strategies.js';

/** Passport over both credentials; who sends none, or a wrong one, is nobody. */
@Injectable()
class CredentialsGuard extends AuthGuard(['api-key', 'session-cookie']) {
  override getRequest(execution: ExecutionContext) {
    return requestOf(execution);
  }
  override handleRequest<User>(error: unknown, actor: User): User {
    if (error) throw error;
    return actor || (undefined as User);
  }
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Decides at every door, REST and GraphQL alike: who is it, in which workspace, and may they. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly credentials = new CredentialsGuard();

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Identity) private readonly identity: Identity,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const need = this.needOf(execution);
    const request = requestOf(execution);
    if (!need) throw forbidden('This door does not say what it needs.');
    if (request.actor === undefined && this.hasCredentials(request)) {
      await this.credentials.canActivate(execution);
      const { user } = request as { user?: Actor };
      if (user) request.actor = user;
    }
    if (need === 'nothing') return true;
    const actor = request.actor;
    if (!actor) throw unauthenticated();
    this.refuseForgery(request, actor);
    if (need === 'sign-in') return true;
    const access = await this.accessOf(request, actor, execution);
    if (!access.scopes.has(need)) throw forbidden(`This needs the scope ${need} in the workspace.`);
    request.holder?.needs(access, need);
    request.ctx = ctxOf(request, actor, access);
    return true;
  }

  /** A field of an object type has no door of its own: it is reached through a query that has one. */
  private needOf(execution: ExecutionContext): Need | undefined {
    return this.reflector.getAllAndOverride<Need | undefined>(NEEDS, [execution.getHandler(), execution.getClass()]);
  }

  private hasCredentials(request: HeadgateRequest): boolean {
    return Boolean(request.headers.authorization || request.cookies?.[sessionCookie]);
  }

  private refuseForgery(request: HeadgateRequest, actor: Actor): void {
    // Sockets prove themselves by their Origin when they connect.
    if (actor.kind !== 'user' || actor.via !== 'session' || reading.has(request.method) || request.headers.upgrade)
      return;
    const token = request.headers['x-csrf-token'];
    if (!this.identity.csrfMatches(actor, Array.isArray(token) ? token[0] : token))
      throw forbidden('Invalid CSRF token or client identifier.');
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

function namedWorkspace(
  request: HeadgateRequest,
  execution: ExecutionContext,
): { workspaceId: string; accountId: string | null } | null {
  if (execution.getType<'http' | 'graphql'>() === 'graphql') {
    const workspaceId = execution.getArgByIndex<{ workspaceId?: string }>(1)?.workspaceId;
    return workspaceId ? { workspaceId: workspaceId.toLowerCase(), accountId: null } : null;
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
  };
}
