import { z } from 'zod';
import { absent, dateTime, uuid } from './common.js';

/** Events and the filters over them. */

const labelsMax = 500;
const relatedMax = 100;
const resource = z
  .record(z.string(), z.string())
  .refine((labels) => Boolean(labels['prefect.resource.id']), 'Resources must include the prefect.resource.id label')
  .refine((labels) => Object.keys(labels).length <= labelsMax, `A resource has at most ${labelsMax} labels`);
const relatedResource = resource.refine(
  (labels) => Boolean(labels['prefect.resource.role']),
  'Related Resources must include the prefect.resource.role label',
);

export const event = z.object({
  occurred: dateTime,
  event: z.string().min(1).max(1024),
  resource,
  related: z
    .array(relatedResource)
    .max(relatedMax)
    .nullish()
    .transform((list) => list ?? []),
  payload: z
    .unknown()
    .optional()
    .transform((payload) => payload ?? {}),
  id: uuid,
  follows: uuid.nullish().transform((follows) => follows ?? null),
});
export const events = z.array(event);

const texts = z.array(z.string()).nullish();
const labelFilter = z.record(z.string(), z.union([z.string(), z.array(z.string())])).nullish();
const resourceFilter = z.object({ id: texts, id_prefix: texts, labels: labelFilter, distinct: z.boolean().nullish() });
const relatedFilter = z.object({
  id: texts,
  role: texts,
  resources_in_roles: z.array(z.tuple([z.string(), z.string()])).nullish(),
  labels: labelFilter,
});
const anyResourceFilter = z.object({ id: texts, id_prefix: texts, labels: labelFilter });
const oneOrMore = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema)]).nullish();

export const eventFilter = z.object({
  occurred: z.object({ since: dateTime.nullish(), until: dateTime.nullish() }).nullish(),
  event: z.object({ prefix: texts, exclude_prefix: texts, name: texts, exclude_name: texts }).nullish(),
  resource: resourceFilter.nullish(),
  related: oneOrMore(relatedFilter),
  any_resource: oneOrMore(anyResourceFilter),
  id: z.object({ id: z.array(uuid).nullish() }).nullish(),
  text: z.object({ query: z.string().max(200) }).nullish(),
  order: z.enum(['ASC', 'DESC']).nullish(),
});

export const eventsFilter = z.object({ filter: absent(eventFilter), limit: absent(z.number().int().min(0).max(50)) });
export const eventsCount = z.object({
  filter: absent(eventFilter),
  time_unit: absent(z.enum(['week', 'day', 'hour', 'minute', 'second'])),
  time_interval: absent(z.number().min(0.01)),
});

export type EventFilter = z.infer<typeof eventFilter>;
export type EventInput = z.infer<typeof event>;
