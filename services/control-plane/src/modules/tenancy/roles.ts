import { allScopes, workspaceRoles, type Scope } from '../../core/access/scopes.js';

/** Account roles that make their holders owners of every workspace of the account. */
export const rulesWorkspaces = ['Owner', 'Admin'];

const roleNames = ['Viewer', 'Runner', 'Developer', 'Owner', 'Worker'] as const;
export type WorkspaceRoleName = (typeof roleNames)[number];

/** The role that counts in a workspace: what the account gives outweighs the workspace's own; null is no access. */
export function effectiveRole(
  accountRole: string | undefined,
  workspaceRole: string | undefined,
): WorkspaceRoleName | null {
  if (accountRole && rulesWorkspaces.includes(accountRole)) return 'Owner';
  return roleNames.find((name) => name === workspaceRole) ?? null;
}

export const scopesOf = (role: WorkspaceRoleName): ReadonlySet<Scope> => workspaceRoles[role] ?? new Set();
/** In the order in which they are declared, for lists. */
export const scopeListOf = (role: WorkspaceRoleName): Scope[] => allScopes.filter((scope) => scopesOf(role).has(scope));
