import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor, Ctx } from '../access/ctx.js';
import type { Holder } from '../access/holders.js';
import type { WorkspaceAccess } from '../access/identity.js';
import type { Scope } from '../access/scopes.js';

/** The Fastify request with what our guard found out about it. */
export type HeadgateRequest = FastifyRequest & {
  /** Null: they were asked, and are nobody. */
  actor?: Actor | null;
  /** When they were asked. */
  actorAt?: number;
  ctx?: Ctx;
  /** Of a GraphQL document: the contexts of its root fields, by the names that the answer gives them. */
  fieldCtxs?: Map<string, Ctx>;
  /** What stays open behind this request, and has to end with the rights that it uses. */
  holder?: Holder;
  /** What the guard found that they may, each time that it was asked: an answer is theirs as long as they still may. */
  granted?: { access: WorkspaceAccess; need: Scope }[];
  /** How much of a body is read. */
  bodyBytesMax?: number;
  /** The body before it was parsed. */
  bodyText?: string;
  cookies: Record<string, string | undefined>;
};

/** Marks what looks to the guard like a request and came over a websocket: nothing that a client sends can set it. */
export const overSocket = Symbol('over a websocket');
export const isSocketRequest = (request: object): boolean => overSocket in request;

/** What a GraphQL resolver's context holds: HTTP requests bring both, subscriptions only the request. */
export type GraphqlContext = { req: HeadgateRequest; reply?: FastifyReply };

/** The request behind a REST handler or a GraphQL resolver. */
export function requestOf(execution: ExecutionContext): HeadgateRequest {
  if (execution.getType<'http' | 'graphql'>() === 'graphql') return execution.getArgByIndex<GraphqlContext>(2).req;
  return execution.switchToHttp().getRequest<HeadgateRequest>();
}
