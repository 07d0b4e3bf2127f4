/** More workspaces than one process sees in half a minute, after which it hears of each again. */
const knownMax = 50_000;
const owners = new Map<string, string>();

/** Whose a workspace is: told by whoever lets somebody in, and so before anything is done there. */
export function isOwnedBy(workspaceId: string, accountId: string): void {
  if (owners.get(workspaceId) === accountId) return;
  if (owners.size >= knownMax) owners.delete(owners.keys().next().value!);
  owners.set(workspaceId, accountId);
}

/** Who has a share of what is shared: the account of a workspace; everybody else is his own. */
export const ownerOf = (party: string): string => owners.get(party) ?? party;
