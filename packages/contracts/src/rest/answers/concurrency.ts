import { z } from 'zod';
import { count, entity, flag, id, text } from './shared.js';

const limit = {
  ...entity,
  active: flag,
  name: text,
  limit: count,
  active_slots: count,
  slot_decay_per_second: z.number(),
};

export const limitAnswer = z.strictObject(limit).meta({ id: 'GlobalConcurrencyLimit' });
export const limitsAnswer = z.array(limitAnswer);
export const createdLimitAnswer = z
  .strictObject({ ...limit, denied_slots: count, avg_slot_occupancy_seconds: z.number() })
  .meta({ id: 'CreatedConcurrencyLimit' });
export const takenLimitsAnswer = z.array(z.strictObject({ id, name: text, limit: count }));
export const leaseAnswer = z.strictObject({ lease_id: id, limits: takenLimitsAnswer });

/** `active_slots` are the ids of the task runs that hold one. */
export const tagLimitAnswer = z
  .strictObject({ ...entity, tag: text, concurrency_limit: count, active_slots: z.array(id) })
  .meta({ id: 'TagConcurrencyLimit' });
export const tagLimitsAnswer = z.array(tagLimitAnswer);
