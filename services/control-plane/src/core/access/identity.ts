import type { Cookies } from './cookies.js';
import type { Actor } from './ctx.js';
import type { BudgetLimits } from '../fair/limits.js';
import type { Scope } from './scopes.js';

export type WorkspaceAccess = {
  workspaceId: string;
  accountId: string;
  scopes: ReadonlySet<Scope>;
  /** The budgets that its account gives it in the place of the installation's. */
  limits?: Partial<BudgetLimits> | null;
};

/** Whose credential and where: what is asked about an open connection. */
export type StandingQuestion = { actor: Actor; workspaceIds: ReadonlySet<string> };
/** Until when the credential counts, and what its holder may do where they were asked about. */
export type Standing = { until: number; accesses: ReadonlyMap<string, WorkspaceAccess> };

/** What core has to ask of tenancy; the tenancy module provides it. */
export abstract class Identity {
  /** The actor behind an API key; null when it is unknown or expired. Cached: a few microseconds when warm. */
  abstract byApiKey(key: string): Promise<Actor | null>;
  /** The session's token among the cookies of a request. */
  abstract sessionTokenOf(cookies: Cookies): string | undefined;
  /** The actor behind a session cookie; null when there is none. */
  abstract bySession(token: string): Promise<Actor | null>;
  /** What the actor may do in a workspace; null when they may not know that it exists. `accountId` must be its account when given. */
  abstract accessTo(actor: Actor, workspaceId: string, accountId: string | null): Promise<WorkspaceAccess | null>;
  /** The workspace that the unscoped address means for this actor; null when they have none. */
  abstract homeOf(actor: Actor): Promise<WorkspaceAccess | null>;
  /**
   * How those stand who came in earlier, by the id of their credential; who is not in the answer may be here no longer.
   * Read from the database, and not a use of the credential.
   */
  abstract standingOf(questions: readonly StandingQuestion[]): Promise<ReadonlyMap<string, Standing>>;
  /** Whether the `x-csrf-token` header matches the session. */
  abstract csrfMatches(actor: Actor, token: string | undefined): boolean;
}
