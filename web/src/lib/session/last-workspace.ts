import type { Place } from '@/lib/paths';
import type { Workspace } from './use-viewer';

const key = 'headgate.workspace';

export function rememberWorkspace(workspace: Workspace): void {
  localStorage.setItem(key, workspace.id);
}

/** The workspace that was open last in this browser, or else the first; null when there is none. */
export function lastWorkspace(workspaces: Workspace[]): Workspace | null {
  const id = localStorage.getItem(key);
  return workspaces.find((workspace) => workspace.id === id) ?? workspaces[0] ?? null;
}

/** Of these workspaces the only one, or the one that was open last in this browser; null where there is a choice. */
export function lastWorkspaceOf(workspaces: Workspace[]): Workspace | null {
  if (workspaces.length === 1) return workspaces[0]!;
  const id = localStorage.getItem(key);
  return workspaces.find((workspace) => workspace.id === id) ?? null;
}

export const placeOf = (workspace: Workspace): Place => ({
  accountHandle: workspace.accountHandle,
  workspaceHandle: workspace.handle,
});
