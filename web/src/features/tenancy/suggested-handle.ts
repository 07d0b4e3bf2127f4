import { handleCandidates, handleFrom } from '@headgate/contracts/handles';

type Known = { accountId: string; handle: string };

/** The handle that a name makes in an account beside the workspaces there; nothing when the name has none in it. */
export function suggestedHandle(name: string, accountId: string, workspaces: readonly Known[]): string {
  const base = handleFrom(name);
  if (base === null) return '';
  const taken = new Set(workspaces.filter((each) => each.accountId === accountId).map((each) => each.handle));
  return handleCandidates(base).find((handle) => !taken.has(handle)) ?? '';
}
