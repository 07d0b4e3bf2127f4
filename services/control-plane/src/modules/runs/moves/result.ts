import type { StateJson } from '@headgate/contracts';
import type { Drafted, VerdictOf } from '../states/policy-rule.js';

/** What became of a proposal, as the wire says it. */
export type OrchestrationResult = {
  state: StateJson | null;
  status: 'ACCEPT' | 'REJECT' | 'WAIT' | 'ABORT';
  details: Record<string, unknown>;
  written: boolean;
};

/** `state` is what stands now: the one that was written, or the one that was kept. */
export function toResult(verdict: VerdictOf<Drafted>, state: StateJson | null): OrchestrationResult {
  switch (verdict.kind) {
    case 'write': {
      const { replaced } = verdict.draft;
      if (replaced === null) return { state, status: 'ACCEPT', details: { type: 'accept_details' }, written: true };
      return { state, status: 'REJECT', details: { type: 'reject_details', reason: replaced }, written: true };
    }
    case 'keep':
      return { state, status: 'REJECT', details: { type: 'reject_details', reason: verdict.reason }, written: false };
    case 'wait':
      return {
        state,
        status: 'WAIT',
        details: { type: 'wait_details', delay_seconds: verdict.seconds, reason: verdict.reason },
        written: false,
      };
    case 'abort':
      return { state, status: 'ABORT', details: { type: 'abort_details', reason: verdict.reason }, written: false };
  }
}
