import * as bodies from '@headgate/contracts/rest/concurrency';
import { z } from 'zod';
import { operation, selfCommitting } from '../../core/operations/operation.js';
import { named } from '../../core/operations/shapes.js';
import { ConcurrencyService } from './concurrency.service.js';

const needs = 'manage_concurrency_limits';
const why = 'slots are taken and given back in one statement';
const limits = z.array(z.object({ id: z.string(), name: z.string(), limit: z.number() }));

export const createLimit = operation({
  name: 'concurrency-limit.create',
  needs,
  input: bodies.concurrencyLimitCreateBody,
  answer: named,
  describe: (_, { name }) => `Created the concurrency limit ${name}`,
  audit: 'concurrency-limit.created',
  by: ConcurrencyService,
  change: (service, ctx, tx, draft) => service.create(ctx, tx, draft),
});

export const updateLimit = operation({
  name: 'concurrency-limit.update',
  needs,
  input: z.object({ idOrName: z.string(), change: bodies.concurrencyLimitUpdateBody }),
  answer: named,
  describe: (_, { name }) => `Changed the concurrency limit ${name}`,
  audit: 'concurrency-limit.updated',
  by: ConcurrencyService,
  change: (service, ctx, tx, { idOrName, change }) => service.update(ctx, tx, idOrName, change),
  follow: (service, ctx, { id }) => service.wake(ctx, id),
});

export const deleteLimit = operation({
  name: 'concurrency-limit.delete',
  needs,
  input: z.object({ idOrName: z.string() }),
  answer: named,
  describe: (_, { name }) => `Deleted the concurrency limit ${name}`,
  audit: 'concurrency-limit.deleted',
  by: ConcurrencyService,
  change: (service, ctx, tx, { idOrName }) => service.delete(ctx, tx, idOrName),
  follow: (service, ctx, { id }) => service.wake(ctx, id),
});

export const takeSlots = selfCommitting({
  name: 'concurrency-slot.take',
  needs,
  input: bodies.incrementBody,
  answer: limits,
  describe: ({ slots, names }) => `Took ${slots} slots of ${names.join(', ')}`,
  audit: 'concurrency-slot.taken',
  by: ConcurrencyService,
  why,
  run: (service, ctx, wanted) => service.take(ctx, wanted),
});

export const leaseSlots = selfCommitting({
  name: 'concurrency-slot.lease',
  needs,
  input: bodies.incrementWithLeaseBody,
  answer: z.object({ leaseId: z.string(), limits }),
  describe: ({ slots, names }) => `Took ${slots} slots of ${names.join(', ')} for a time`,
  audit: 'concurrency-slot.leased',
  by: ConcurrencyService,
  why,
  run: (service, ctx, wanted) => service.lease(ctx, wanted),
});

export const giveSlotsBack = selfCommitting({
  name: 'concurrency-slot.give-back',
  needs,
  input: bodies.decrementBody,
  answer: limits,
  describe: ({ slots, names }) => `Gave ${slots} slots of ${names.join(', ')} back`,
  audit: 'concurrency-slot.given-back',
  by: ConcurrencyService,
  why,
  run: (service, ctx, given) => service.giveBack(ctx, given),
});

export const releaseLease = selfCommitting({
  name: 'concurrency-lease.release',
  needs,
  input: bodies.decrementWithLeaseBody,
  answer: z.void(),
  describe: ({ lease_id: id }) => `Gave back what the lease ${id} held`,
  audit: 'concurrency-lease.released',
  by: ConcurrencyService,
  why,
  run: (service, ctx, { lease_id: id }) => service.release(ctx, id),
});

export const renewLease = selfCommitting({
  name: 'concurrency-lease.renew',
  needs,
  input: z.object({ id: z.string(), ...bodies.renewLeaseBody.shape }),
  answer: z.void(),
  describe: ({ id }) => `Renewed the lease ${id}`,
  audit: 'concurrency-lease.renewed',
  by: ConcurrencyService,
  why,
  run: (service, ctx, { id, lease_duration: seconds }) => service.keep(ctx, id, seconds),
});
