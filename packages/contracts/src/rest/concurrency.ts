import { z } from 'zod';
import { absent, boundedSeconds, inPaths, limit, name, offset, uuid } from './common.js';

/** Concurrency limits: named numbers of slots. Version 2 knows limits by name; version 1, an adapter, knows those of tags. */

const count = z.number().int().min(0).max(2_147_483_647);
const perSecondMax = 1e12;
/** Of an enormous rate and a long time nobody can tell the product. */
const perSecond = z
  .number()
  .min(0)
  .refine((given) => given <= perSecondMax, `Input should be less than or equal to ${perSecondMax}`);

export const concurrencyLimitCreateBody = z.strictObject({
  name,
  limit: count,
  active: z.boolean().optional(),
  active_slots: count.optional(),
  denied_slots: count.optional(),
  slot_decay_per_second: perSecond.optional(),
});
export type ConcurrencyLimitDraft = Pick<z.infer<typeof concurrencyLimitCreateBody>, 'name' | 'limit'> &
  ConcurrencyLimitChange;

export const concurrencyLimitUpdateBody = z.strictObject({
  name: absent(name),
  limit: absent(count),
  active: absent(z.boolean()),
  active_slots: absent(count),
  denied_slots: absent(count),
  slot_decay_per_second: absent(perSecond),
});
export type ConcurrencyLimitChange = Partial<z.infer<typeof concurrencyLimitUpdateBody>>;

export const concurrencyLimitsFilterBody = z.object({ limit, offset });
export type ConcurrencyLimitsFilter = z.infer<typeof concurrencyLimitsFilterBody>;

const once = (list: string[]) => [...new Set(list)];
const names = z.array(z.string()).min(1).transform(once);
const slots = z.number().int().positive().max(2_147_483_647);
const mode = absent(z.literal(['concurrency', 'rate_limit']));
const leaseSeconds = absent(z.number().min(60).max(86_400));

const slotHolder = z.strictObject({ type: z.literal(['flow_run', 'task_run', 'deployment']), id: uuid });
export type SlotHolder = z.infer<typeof slotHolder>;

export const incrementBody = z.object({ slots, names, mode, create_if_missing: absent(z.boolean()) });
export type Increment = z.infer<typeof incrementBody>;

export const incrementWithLeaseBody = incrementBody.omit({ create_if_missing: true }).extend({
  lease_duration: leaseSeconds,
  holder: absent(slotHolder),
});
export type IncrementWithLease = z.infer<typeof incrementWithLeaseBody>;

export const decrementBody = z.object({
  slots,
  names,
  occupancy_seconds: absent(boundedSeconds(z.number().positive())),
  create_if_missing: absent(z.boolean()),
});
export type Decrement = z.infer<typeof decrementBody>;

export const decrementWithLeaseBody = z.object({ lease_id: uuid });
export const renewLeaseBody = z.object({ lease_duration: leaseSeconds });

export type ConcurrencyLimitJson = {
  id: string;
  created: string;
  updated: string;
  active: boolean;
  name: string;
  limit: number;
  /** Whole slots, after what has decayed since the last write. */
  active_slots: number;
  slot_decay_per_second: number;
};

export type CreatedConcurrencyLimitJson = ConcurrencyLimitJson & {
  denied_slots: number;
  avg_slot_occupancy_seconds: number;
};
export type MinimalLimitJson = { id: string; name: string; limit: number };
export type LeaseJson = { lease_id: string; limits: MinimalLimitJson[] };

export const tagLimitCreateBody = z.strictObject({ tag: inPaths(z.string()), concurrency_limit: count });
export type TagLimitDraft = z.infer<typeof tagLimitCreateBody>;

export const tagLimitResetBody = z.object({ slot_override: absent(z.array(uuid)) });
export const tagSlotsBody = z.object({ names: z.array(z.string()).transform(once), task_run_id: uuid });
export type TagSlots = z.infer<typeof tagSlotsBody>;

/** `active_slots` are the ids of the task runs that hold one. */
export type TagLimitJson = {
  id: string;
  created: string;
  updated: string;
  tag: string;
  concurrency_limit: number;
  active_slots: string[];
};
