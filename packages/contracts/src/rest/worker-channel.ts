import { z } from 'zod';
import { dateTime, jsonObject, uuid } from './common.js';

/** The frames of the channel between a worker and its pool. Unknown fields and frames are refused on both sides. */

export const channelVersion = 'work_pool_worker_channel.v1';
/** What both sides have to be able to do, and what they may agree on. */
export const requiredCapabilities = ['worker_heartbeat.v1', 'work_pool_snapshot.v1'] as const;
export const cleanupDelivery = 'cleanup_delivery.v1';
/** What workers know to clean up. We ask for the first alone: claims of ours end by themselves. */
export const timedOutTeardown = 'cancelling_timeout_teardown.v1';
const cleanupKinds = [timedOutTeardown, 'pending_claim_teardown.v1'] as const;

const text = z.string().min(1);
/** What is stored is an integer of 32 bits. */
const heartbeatSeconds = z.number().int().min(1).max(2_147_483_647);
const frame = <T extends string, P extends z.ZodType>(type: T, payload: P) =>
  z.strictObject({ type: z.literal(type), id: uuid, sent_at: dateTime, payload });

export const workerHello = frame(
  'worker.hello.v1',
  z
    .strictObject({
      consumer_id: uuid,
      worker_name: text,
      worker_type: text,
      heartbeat_interval_seconds: heartbeatSeconds,
      supported_channel_versions: z.array(text).min(1),
      requested_capabilities: z.array(text).min(1),
      work_queue_names: z.array(text).default([]),
      handled_cleanup_kinds: z.array(z.enum(cleanupKinds)).default([]),
      max_cleanup_concurrency: z.number().int().min(0).optional(),
      create_pool_if_not_found: z.boolean().default(false),
      default_base_job_template: jsonObject.default({}),
      worker_metadata: jsonObject.nullish(),
    })
    .refine(
      ({ requested_capabilities: wished }) => requiredCapabilities.every((needed) => wished.includes(needed)),
      'Missing required channel capabilities',
    )
    .refine(
      (hello) =>
        hello.requested_capabilities.includes(cleanupDelivery) ||
        (hello.handled_cleanup_kinds.length === 0 && !hello.max_cleanup_concurrency),
      `Cleanup requires ${cleanupDelivery}`,
    )
    // Who can clean up and does not say how much at once does one thing after the other.
    .transform((hello) => ({
      ...hello,
      max_cleanup_concurrency: hello.max_cleanup_concurrency ?? (hello.handled_cleanup_kinds.length > 0 ? 1 : 0),
    })),
);

export const workerHeartbeat = frame(
  'worker.heartbeat.v1',
  z.strictObject({ consumer_id: uuid, worker_name: text, heartbeat_interval_seconds: heartbeatSeconds }),
);

const operation = { message_id: uuid, reservation_token: text };
const cleanupAck = frame('cleanup.ack.v1', z.strictObject(operation));
const cleanupRenew = frame('cleanup.renew.v1', z.strictObject(operation));
const cleanupRelease = frame('cleanup.release.v1', z.strictObject({ ...operation, reason: text }));

/** What a worker may say once it is welcome. */
export const workerFrame = z.discriminatedUnion('type', [workerHeartbeat, cleanupAck, cleanupRenew, cleanupRelease]);

export type WorkerHello = z.infer<typeof workerHello>['payload'];
export type WorkerFrame = z.infer<typeof workerFrame>;
export type CleanupFrame = Exclude<WorkerFrame, z.infer<typeof workerHeartbeat>>;

/** What is to be ended, under a lease that only who knows the token may renew, give back or bring to its end. */
export type CleanupMessage = {
  message_id: string;
  kind: typeof timedOutTeardown;
  reservation_token: string;
  lease_expires_at: string;
  delivery_count: number;
  work_queue_id: string | null;
  target: { flow_run_id: string; infrastructure_pid: string };
  data: Record<string, never>;
};

export type CleanupStatus =
  | 'accepted'
  | 'not_current'
  | 'not_found'
  | 'expired'
  | 'invalid_token'
  | 'unauthorized'
  | 'dead_lettered'
  | 'error';

/** `lease_expires_at` is told of an accepted renewal only, `reason` of everything that is not accepted. */
export type CleanupOutcome = { status: CleanupStatus; lease_expires_at: string | null; reason: string | null };

/** Why a channel ends, and with which code: after 1011 the worker comes back, after the others it goes on without. */
export const closeCodes = {
  authentication_failed: 1008,
  authorization_failed: 1008,
  unsupported_version: 1008,
  protocol_error: 1002,
  heartbeat_persistence_failed: 1011,
  transient_server_error: 1011,
} as const;
export type CloseReason = keyof typeof closeCodes;
