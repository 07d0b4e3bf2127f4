import type {
  ConcurrencyLimitJson,
  CreatedConcurrencyLimitJson,
  MinimalLimitJson,
  TagLimitJson,
} from '@headgate/contracts/rest/concurrency';
import type { ConcurrencyLimit } from './concurrency.queries.js';
import { tagPrefix, type TagLimit } from './tag-limits.service.js';

/** A slot that has decayed in part still counts as a whole one. */
const wholeSlots = (used: number): number => Math.ceil(used - 1e-6);

export const toLimit = (limit: ConcurrencyLimit): ConcurrencyLimitJson => ({
  id: limit.id,
  created: limit.created,
  updated: limit.updated,
  active: limit.active,
  name: limit.name,
  limit: limit.limit,
  active_slots: Math.max(0, wholeSlots(limit.used)),
  slot_decay_per_second: limit.slot_decay_per_second,
});

export const toCreatedLimit = (limit: ConcurrencyLimit): CreatedConcurrencyLimitJson => ({
  ...toLimit(limit),
  denied_slots: Math.round(limit.denied_slots),
  avg_slot_occupancy_seconds: limit.avg_slot_occupancy_seconds,
});

export const toMinimal = ({ id, name, limit }: MinimalLimitJson): MinimalLimitJson => ({ id, name, limit });

export const toTagLimit = (limit: TagLimit): TagLimitJson => ({
  id: limit.id,
  created: limit.created,
  updated: limit.updated,
  tag: limit.name.slice(tagPrefix.length),
  concurrency_limit: limit.limit,
  active_slots: limit.holders,
});
