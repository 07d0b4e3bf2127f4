import type { WorkspaceId } from '@headgate/contracts';
import type { Logger } from '../log/logger.js';
import { allScopes, type Scope } from './scopes.js';
import type { UnderClaim } from './under-claim.js';

/** `until` is when the credential ends, in milliseconds, as far as is known; a session that is used ends later. */
type User = { kind: 'user'; userId: string; name: string; until: number };

/** Who is asking. `via` says how they proved it; a session needs CSRF protection, a key does not. */
export type Actor =
  | (User & { via: 'session'; sessionId: string })
  | (User & { via: 'api-key'; apiKeyId: string; apiKeyName: string })
  | { kind: 'system'; name: string };

/** Who asks, where, with what rights, and where to log it: the first argument of every use case. */
export type Ctx = {
  actor: Actor;
  workspaceId: WorkspaceId;
  scopes: ReadonlySet<Scope>;
  requestId: string;
  log: Logger;
  /** The claim that is shown with it, where one is. */
  claim?: UnderClaim | null;
};

/** The caller of account-level doors: somebody, but in no workspace. */
export type AccountCtx = { actor: Exclude<Actor, { kind: 'system' }>; requestId: string; log: Logger };

/** Who comes to doors that need nothing: somebody of whom no more is known than where they come from. */
export type VisitorCtx = { address: string; userAgent: string | undefined; browser?: string | undefined };

const everything: ReadonlySet<Scope> = new Set(allScopes);

/** A machine of ours at work, in whichever workspace: a loop, the scheduler. Its name stands in what it does. */
export type AsSystem = (workspaceId: string) => Ctx;

export function asSystem(name: string, log: Logger): AsSystem {
  const actor: Actor = { kind: 'system', name };
  return (workspaceId) => ({ actor, workspaceId, scopes: everything, requestId: name, log });
}

/** What comes of somebody's presence is nobody's act. */
export const asMachine = (ctx: Ctx, name: string): Ctx => ({ ...ctx, actor: { kind: 'system', name } });

export const systemCtx = (workspaceId: string, name: string, log: Logger): Ctx => asSystem(name, log)(workspaceId);
