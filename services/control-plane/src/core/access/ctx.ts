import type { WorkspaceId } from '@headgate/contracts';
import type { Logger } from '../log/logger.js';
import type { Scope } from './scopes.js';

/** Who is asking. `via` says how they proved it; a session needs CSRF protection, a key does not. */
export type Actor =
  | { kind: 'user'; userId: string; name: string; via: 'session'; sessionId: string }
  | { kind: 'user'; userId: string; name: string; via: 'api-key'; apiKeyId: string }
  | { kind: 'system'; name: string };

/** Everything that a use case may know about its caller. */
export type Ctx = {
  actor: Actor;
  workspaceId: WorkspaceId;
  scopes: ReadonlySet<Scope>;
  requestId: string;
  log: Logger;
};

/** The caller of account-level doors: somebody, but in no workspace. */
export type AccountCtx = { actor: Exclude<Actor, { kind: 'system' }>; requestId: string; log: Logger };
