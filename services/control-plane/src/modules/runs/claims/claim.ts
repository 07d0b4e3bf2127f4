import type { FlowRunJson } from '../flow-runs/flow-run.js';

/** What an agent asks for. */
export type ClaimWish = {
  poolId: string;
  agentId: string;
  agentName: string;
  limit: number;
  queueNames: string[];
  leaseSeconds: number;
};
export type ClaimedRun = { claim_id: string; lease_seconds: number; flow_run: FlowRunJson };
export type ClaimAnswer = { runs: ClaimedRun[]; cancelling: string[] };
