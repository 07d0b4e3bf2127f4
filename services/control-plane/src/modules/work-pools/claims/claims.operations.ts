import {
  agentDeparture,
  claimAbandonment,
  claimRelease,
  claimRenewal,
  claimRequest,
} from '@headgate/contracts/rest/flow-runs';
import { z } from 'zod';
import { selfCommitting } from '../../../core/operations/operation.js';
import { ClaimsService } from '../../runs/index.js';
import { DispatchService } from './dispatch.service.js';

const needs = 'write_workers';

export const claimRuns = selfCommitting({
  name: 'run-claim.take',
  needs,
  /** Nobody waits any more when `gone` is aborted. */
  input: z.object({ poolName: z.string(), request: claimRequest, gone: z.instanceof(AbortSignal) }),
  answer: z.object({ runs: z.array(z.unknown()) }),
  describe: ({ poolName }, { runs }) => `Claimed ${runs.length} runs of the work pool ${poolName}`,
  audit: 'run-claim.taken',
  by: DispatchService,
  why: 'all agents of a pool wait at one desk, and each run moves for itself',
  run: (dispatch, ctx, { poolName, request, gone }) => dispatch.claim(ctx, poolName, request, gone),
});

export const leavePool = selfCommitting({
  name: 'agent.leave',
  needs,
  input: z.object({ poolName: z.string(), departure: agentDeparture }),
  answer: z.void(),
  describe: ({ poolName, departure }) => `The agent ${departure.agent_name} left the work pool ${poolName}`,
  audit: 'agent.left',
  by: DispatchService,
  why: 'what others remember of the agent is forgotten before and after it',
  run: (dispatch, ctx, { poolName, departure }) =>
    dispatch.leave(ctx, poolName, departure.agent_name, departure.agent_id),
});

export const renewClaims = selfCommitting({
  name: 'run-claim.renew',
  needs,
  input: claimRenewal,
  answer: z.object({ renewed: z.array(z.string()) }),
  describe: ({ agent_id: id }, { renewed }) => `Renewed ${renewed.length} claims of the agent ${id}`,
  audit: 'run-claim.renewed',
  by: ClaimsService,
  why: 'it is one statement, sent by every agent every few seconds',
  run: (claims, ctx, { agent_id: agent, claim_ids: ids, lease_seconds: seconds }) =>
    claims.renew(ctx, agent, ids, seconds),
});

export const releaseClaims = selfCommitting({
  name: 'run-claim.release',
  needs,
  input: claimRelease,
  answer: z.object({ released: z.array(z.string()) }),
  describe: ({ agent_id: id }, { released }) => `The agent ${id} gave ${released.length} claims back`,
  audit: 'run-claim.released',
  by: ClaimsService,
  why: 'each run moves for itself',
  run: (claims, ctx, { agent_id: agent, claim_ids: ids }) => claims.release(ctx, agent, ids),
});

export const abandonClaims = selfCommitting({
  name: 'run-claim.abandon',
  needs,
  input: claimAbandonment,
  answer: z.object({ abandoned: z.array(z.string()) }),
  describe: ({ agent_id: id }, { abandoned }) => `The agent ${id} abandoned ${abandoned.length} claims`,
  audit: 'run-claim.abandoned',
  by: ClaimsService,
  why: 'it is one statement, and what it frees is found by a loop',
  run: (claims, ctx, { agent_id: agent, claim_ids: ids }) => claims.abandon(ctx, agent, ids),
});
