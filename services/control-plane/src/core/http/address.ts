import type { IncomingMessage } from 'node:http';

const uuid = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
/** What names a workspace by anything else leads nowhere: there is no such door. */
const scoped = new RegExp(`^/api/accounts/${uuid}/workspaces/${uuid}(/[^?]+)(\\?.*)?$`, 'i');
/** Below a workspace's address these belong to the account API. */
const accountRoutes = /^\/(user_access|bot_access|team_access|invitations|transfer|settings)(\/|$)/;

/** Headers in which the rewritten address travels to the guard; what a client sends under these names is dropped. */
export const addressedAccount = 'x-headgate-addressed-account';
export const addressedWorkspace = 'x-headgate-addressed-workspace';

export type Address = { path: string; accountId: string | null; workspaceId: string | null };

/**
 * One set of doors serves both addresses: `/api/accounts/{a}/workspaces/{w}/X` and `/api/X` mean the same door, the
 * first for the named workspace, the second for the home workspace of the key.
 */
export function parseAddress(url: string): Address {
  const match = scoped.exec(url);
  if (!match || accountRoutes.test(match[3]!)) return { path: url, accountId: null, workspaceId: null };
  return {
    path: `/api${match[3]}${match[4] ?? ''}`,
    accountId: match[1]!.toLowerCase(),
    workspaceId: match[2]!.toLowerCase(),
  };
}

/** Fastify's `rewriteUrl`. */
export function rewriteUrl(request: IncomingMessage): string {
  const address = parseAddress(request.url ?? '/');
  delete request.headers[addressedAccount];
  delete request.headers[addressedWorkspace];
  if (address.workspaceId && address.accountId) {
    request.headers[addressedAccount] = address.accountId;
    request.headers[addressedWorkspace] = address.workspaceId;
  }
  return address.path;
}
