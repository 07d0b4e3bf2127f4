import type { CleanupOutcome, CleanupStatus } from '@headgate/contracts/rest/worker-channel';

/** How often a message is given to a worker before nobody is asked any more. */
export const deliveriesMax = 3;

/** How a message stands that a worker speaks of. */
type Standing = { work_pool_id: string; is_out: boolean; is_token_right: boolean; deliveries: number };

const refused = (status: CleanupStatus, reason: string): CleanupOutcome => ({ status, reason, lease_expires_at: null });

export const accepted = (leaseUntil: string | null = null): CleanupOutcome => ({
  status: 'accepted',
  reason: null,
  lease_expires_at: leaseUntil,
});
export const deadLettered = refused('dead_lettered', 'max_delivery_attempts_reached');
export const notAgreedOn = refused('unauthorized', 'cleanup_delivery_not_accepted');
export const failed = refused('error', 'cleanup_queue_operation_failed');

/** Why a worker of this pool could not have what it asked for. */
export function refusal(poolId: string, standing: Standing | undefined): CleanupOutcome {
  if (!standing) return refused('not_found', 'message_not_found');
  if (standing.work_pool_id !== poolId) return refused('unauthorized', 'work_pool_mismatch');
  if (!standing.is_out) return refused('not_current', 'no_active_reservation');
  if (!standing.is_token_right) return refused('invalid_token', 'reservation_token_mismatch');
  return standing.deliveries < deliveriesMax ? refused('expired', 'lease_expired') : deadLettered;
}
