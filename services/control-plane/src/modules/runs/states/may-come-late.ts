import { isTerminal } from '@headgate/contracts';
import type { Facts } from './facts.js';
import type { Proposed } from './state.js';

/**
 * Whether a proposal may be one that was carried out before the run moved on, and whose repetition hung somewhere
 * meanwhile. Only then is the history asked: on its first way from its creation to its end a run passes no state twice.
 */
export function mayComeLate(
  { current, runCount }: Pick<Facts, 'current' | 'runCount'>,
  { type, details }: Proposed,
): boolean {
  if (!current || details.transition_id === null) return false;
  switch (current.type) {
    case 'SCHEDULED':
    case 'PENDING':
      return runCount > 0 || current.name === 'AwaitingRetry';
    case 'RUNNING':
      return runCount > 1 || !(isTerminal(type) || type === 'CANCELLING');
    default:
      return true;
  }
}
