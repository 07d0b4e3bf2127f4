import type { Workspace } from './use-viewer';

/** Read aloud or in a hurry, letters large and small are the same. */
export const isSameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Of workspaces that somebody sees, what tells one from another of the same name; null where the name does. */
const tellApart = (
  workspace: Pick<Workspace, 'id' | 'name' | 'handle' | 'accountHandle'>,
  all: readonly Pick<Workspace, 'id' | 'name' | 'accountHandle'>[],
): string | null => {
  const same = all.filter((each) => each.id !== workspace.id && isSameName(each.name, workspace.name));
  if (same.length === 0) return null;
  return same.some((each) => each.accountHandle === workspace.accountHandle)
    ? workspace.handle
    : `${workspace.accountHandle}/${workspace.handle}`;
};

/** The name, with the handle where the name alone does not tell which workspace it is. */
export const labelOf = (...[workspace, all]: Parameters<typeof tellApart>): string => {
  const handle = tellApart(workspace, all);
  return handle ? `${workspace.name} (${handle})` : workspace.name;
};
