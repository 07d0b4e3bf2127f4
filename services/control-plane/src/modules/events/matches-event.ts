import { matchedMax } from '@headgate/contracts/rest/common';
import {
  hasWildcard,
  type EventFilter,
  type EventLabels,
  type EventRelatedFilter,
  type EventResourceFilter,
} from '@headgate/contracts/rest/events';
import type { Resource, WireEvent } from '../../core/events/events.js';
import { matchesText, parseTextQuery, type TextQuery } from './text-query.js';

type Texts = string[] | null | undefined;

/** What all patterns and words of a filter may take with one event: some milliseconds, in which everybody else waits. */
const stepsMax = 5_000_000;
let stepsLeft = 0;

/** Its patterns or words and an event are so long together that to compare them takes too long. */
export class FilterTooDear extends Error {}

function spend(steps: number): void {
  stepsLeft -= steps;
  if (stepsLeft < 0) throw new FilterTooDear();
}

/**
 * Whether an event passes a filter: for live events what `events.filters.ts` is for stored ones.
 * @throws FilterTooDear
 */
export function matchesEvent(filter: EventFilter, event: WireEvent): boolean {
  stepsLeft = stepsMax;
  const { occurred, id, event: name, text } = filter;
  const resources = [event.resource, ...event.related];
  return (
    (!occurred?.since || event.occurred >= occurred.since) &&
    (!occurred?.until || event.occurred <= occurred.until) &&
    isOneOf(id?.id, event.id) &&
    beginsWith(name?.prefix, event.event) &&
    !(name?.exclude_prefix?.length && beginsWith(name.exclude_prefix, event.event)) &&
    isOneOf(name?.name, event.event) &&
    !(name?.exclude_name?.length && isOneOf(name.exclude_name, event.event)) &&
    (!filter.resource || matchesResource(filter.resource, event.resource)) &&
    listOf(filter.related).every(
      (each) => asksNothing(each) || event.related.some((one) => matchesRelated(each, one)),
    ) &&
    listOf(filter.any_resource).every((each) => resources.some((one) => matchesResource(each, one))) &&
    (!text?.query || matchesText(wordsOf(text), searchable(event), spend))
  );
}

const listOf = <T>(value: T | T[] | null | undefined): T[] => (value == null ? [] : ([value].flat() as T[]));
const idOf = (resource: Resource): string => resource['prefect.resource.id'] ?? '';

/** Empty lists, like nulls, are no constraint. */
const isOneOf = (texts: Texts, text: string): boolean => !texts?.length || texts.includes(text);
const beginsWith = (prefixes: Texts, text: string): boolean =>
  !prefixes?.length || prefixes.some((prefix) => text.startsWith(prefix));

const matchesResource = ({ id, id_prefix: prefixes, labels }: EventResourceFilter, resource: Resource): boolean =>
  isOneOf(id, idOf(resource)) && beginsWith(prefixes, idOf(resource)) && matchesLabels(labels, resource);

const asksNothing = ({ id, role, resources_in_roles: pairs, labels }: EventRelatedFilter): boolean =>
  !id?.length && !role?.length && !pairs?.length && Object.keys(labels ?? {}).length === 0;

function matchesRelated(
  { id, role, resources_in_roles: pairs, labels }: EventRelatedFilter,
  resource: Resource,
): boolean {
  const ownRole = resource['prefect.resource.role'] ?? '';
  return (
    isOneOf(id, idOf(resource)) &&
    isOneOf(role, ownRole) &&
    (!pairs?.length || pairs.some(([id, role]) => id === idOf(resource) && role === ownRole)) &&
    matchesLabels(labels, resource)
  );
}

/** A label that is not there fits no value, not even what must not be. */
const matchesLabels = (labels: EventLabels, resource: Resource): boolean =>
  Object.entries(labels ?? {}).every(([label, values]) => {
    const own = Object.hasOwn(resource, label) ? resource[label]! : undefined;
    if (own === undefined) return false;
    const beginning = beginningOf(own);
    const isLike = (value: string) => (hasWildcard(value) ? wildcard(value, beginning) : value === own);
    return listOf(values).some((value) => (value.startsWith('!') ? !isLike(value.slice(1)) : isLike(value)));
  });

/** As many characters as Postgres compares; two units of a string may be one. */
const beginningOf = (text: string): string =>
  text.length <= matchedMax
    ? text
    : Array.from(text.slice(0, 2 * matchedMax))
        .slice(0, matchedMax)
        .join('');

/** `*` is any text, `?` any character. Goes back to the last star only: takes no longer than the product of both lengths. */
function wildcard(pattern: string, text: string): boolean {
  let [at, place, star, resume] = [0, 0, -1, 0];
  while (place < text.length) {
    spend(1);
    if (pattern[at] === '*') [star, resume] = [at++, place];
    else if (pattern[at] === '?') [at, place] = [at + 1, after(text, place)];
    else if (pattern[at] === text[place]) [at, place] = [at + 1, place + 1];
    else if (star >= 0) [at, place] = [star + 1, (resume = after(text, resume))];
    else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** Where the next character begins: some are two units of a string. */
const after = (text: string, place: number): number => place + (text.codePointAt(place)! > 0xffff ? 2 : 1);

/** One event is compared with the words of many, and the words of one with many events: both are prepared once. */
const words = new WeakMap<object, TextQuery>();
const texts = new WeakMap<WireEvent, string>();

function wordsOf(text: { query: string }): TextQuery {
  const known = words.get(text) ?? parseTextQuery(text.query);
  words.set(text, known);
  return known;
}

/** Labels are searched with their names, as stored events are. */
function searchable(event: WireEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const parts = [event.resource, event.related, event.payload].map((part) => JSON.stringify(part));
  const text = [event.event, ...parts].join(' ').toLowerCase();
  texts.set(event, text);
  return text;
}
