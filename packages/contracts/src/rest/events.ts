import { z } from 'zod';
import { absent, dateTime, jsonObject, uuid } from './common.js';

/** Events and the filters over them. */

export const eventLimits = { labels: 500, related: 100, nameLength: 1024 };
const queryLengthMax = 200;

const resource = z.record(z.string(), z.string()).superRefine((labels, context) => {
  if (Object.keys(labels).length > eventLimits.labels)
    context.addIssue(`Value error, The maximum number of labels per resource is ${eventLimits.labels}`);
  else refuseMissing(labels, 'prefect.resource.id', 'Resources', context);
});
const relatedResource = resource.superRefine((labels, context) =>
  refuseMissing(labels, 'prefect.resource.role', 'Related Resources', context),
);

function refuseMissing(labels: Record<string, string>, key: string, who: string, context: z.RefinementCtx): void {
  if (labels[key]) return;
  const absent = labels[key] === undefined;
  context.addIssue(
    `Value error, ${absent ? `${who} must include the ${key} label` : `The ${key} label must be non-empty`}`,
  );
}

export const event = z.object({
  occurred: dateTime,
  event: z
    .string()
    .max(eventLimits.nameLength, `Value error, Event name must be at most ${eventLimits.nameLength} characters`),
  resource,
  related: z
    .array(relatedResource)
    .max(eventLimits.related, `Value error, The maximum number of related resources is ${eventLimits.related}`)
    .default([]),
  payload: jsonObject.default({}),
  id: uuid,
  follows: uuid.nullish().transform((follows) => follows ?? null),
});
export const events = z.array(event);
export type EventInput = z.infer<typeof event>;

const texts = z.array(z.string()).nullish();
/**
 * What a filter may ask of each event that it looks at: so many resources, labels, and values, prefixes and pairs in all,
 * and so many characters of those values that are patterns.
 */
export const eventFilterLimits = { resources: 50, labels: 100, values: 500, characters: 10_000 };
/** A value without any is compared with the whole label, however long both are. */
export const hasWildcard = (value: string): boolean => /[*?]/.test(value);
/** Values may hold `*` and `?`, and begin with `!` for what must not be; one of them has to fit. */
const labels = z.record(z.string(), z.union([z.string(), z.array(z.string())])).nullish();
const anyResourceFilter = z
  .strictObject({ id: texts, id_prefix: texts, labels })
  .meta({ tag: 'EventAnyResourceFilter' });
const resourceFilter = anyResourceFilter.extend({ distinct: z.boolean().optional() });
const relatedFilter = z
  .strictObject({
    id: texts,
    role: texts,
    resources_in_roles: z.array(z.tuple([z.string(), z.string()])).nullish(),
    labels,
  })
  .meta({ tag: 'EventRelatedFilter' });
const oneOrMore = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema)]).nullish();

const asked = z.strictObject({
  occurred: z.strictObject({ since: dateTime.optional(), until: dateTime.optional() }).optional(),
  event: z.strictObject({ prefix: texts, exclude_prefix: texts, name: texts, exclude_name: texts }).nullish(),
  resource: resourceFilter.nullish(),
  related: oneOrMore(relatedFilter),
  any_resource: oneOrMore(anyResourceFilter),
  id: z.strictObject({ id: z.array(uuid).nullish() }).optional(),
  text: z.strictObject({ query: z.string().max(queryLengthMax) }).nullish(),
  order: z.enum(['ASC', 'DESC']).optional(),
});
export type EventFilter = z.infer<typeof asked>;
export const eventFilter = asked.superRefine((filter, context) => {
  const asks = asksOf(filter);
  for (const [kind, words] of Object.entries(asksWords) as [keyof typeof asksWords, string][])
    if (asks[kind] > eventFilterLimits[kind])
      context.addIssue(
        `Value error, An event filter may have at most ${eventFilterLimits[kind]} ${words}, this one ${asks[kind]}`,
      );
});

const asksWords = {
  resources: 'resources',
  labels: 'labels',
  values: 'values of labels, prefixes and pairs',
  characters: 'characters of values with wildcards',
};

/** What is asked of each event one by one; ids and names are looked up, however many they are. */
function asksOf({ event: name, resource, related, any_resource: anyResource }: EventFilter) {
  const resources = [resource ?? [], related ?? [], anyResource ?? []].flat();
  const labels = resources.flatMap((each) => Object.values(each.labels ?? {}));
  const lists = [
    name?.prefix,
    name?.exclude_prefix,
    ...resources.map((each) => ('id_prefix' in each ? each.id_prefix : null)),
    ...resources.map((each) => ('resources_in_roles' in each ? each.resources_in_roles : null)),
    ...labels.map((values) => [values].flat()),
  ];
  return {
    resources: resources.length,
    labels: labels.length,
    values: lists.reduce((sum, list) => sum + (list?.length ?? 0), 0),
    characters: labels
      .flat()
      .filter(hasWildcard)
      .reduce((sum, pattern) => sum + pattern.length, 0),
  };
}
export type EventResourceFilter = z.infer<typeof resourceFilter>;
export type EventRelatedFilter = z.infer<typeof relatedFilter>;
export type EventLabels = z.infer<typeof labels>;

export const eventPageSizeMax = 50;
export const eventsFilter = z.object({
  filter: absent(eventFilter),
  limit: absent(z.number().int().min(0).max(eventPageSizeMax)),
});
export type EventsFilter = z.infer<typeof eventsFilter>;

export const eventCountables = ['day', 'time', 'event', 'resource'] as const;
export const eventTimeUnits = ['week', 'day', 'hour', 'minute', 'second'] as const;
export type EventTimeUnit = (typeof eventTimeUnits)[number];
export const eventsCount = z.object({
  filter: eventFilter,
  time_unit: absent(z.enum(eventTimeUnits)),
  time_interval: absent(z.number().min(0.01)),
});
export type EventsCount = z.infer<typeof eventsCount>;

export type EventCountJson = { value: string; label: string; count: number; start_time: string; end_time: string };
