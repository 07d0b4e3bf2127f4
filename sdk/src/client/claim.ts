/** The claim under which an agent runs this process, and on which run: a copy that others have overtaken is known by it. */
export type Claim = { flowRunId: string; claimId: string };

/** Null in a process that no agent has started. */
export function ownClaim(env: NodeJS.ProcessEnv = process.env): Claim | null {
  const { HEADGATE_FLOW_RUN_ID: flowRunId, HEADGATE_CLAIM_ID: claimId } = env;
  return flowRunId && claimId ? { flowRunId, claimId } : null;
}

export const underClaim = (claim: Claim | null | undefined): Record<string, string> =>
  claim ? { 'x-headgate-run': claim.flowRunId, 'x-headgate-claim': claim.claimId } : {};
