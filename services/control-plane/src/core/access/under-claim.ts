import type { IncomingHttpHeaders } from 'node:http';
import { isUuid } from '@headgate/contracts';

/** Under which claim, on which run, a process or its agent speaks. */
export type UnderClaim = { flowRunId: string; claimId: string };

/** Null where the request, or the socket, does not say: of processes that no agent of ours has started. */
export function claimIn(headers: IncomingHttpHeaders): UnderClaim | null {
  const { 'x-headgate-run': flowRunId, 'x-headgate-claim': claimId } = headers;
  return isUuid(flowRunId) && isUuid(claimId)
    ? { flowRunId: flowRunId.toLowerCase(), claimId: claimId.toLowerCase() }
    : null;
}
