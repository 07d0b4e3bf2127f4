import type { EventFilter } from '@headgate/contracts/rest/events';
import type { Resource, WireEvent } from '../../core/events/events.js';
import { matchesText } from './text-query.js';

type Labels = Record<string, string | string[]>;

/** Whether an event passes a filter. Empty lists and nulls are no constraint; `*` stands for anything in ids, labels and roles. */
export function matchesEvent(filter: EventFilter, event: WireEvent): boolean {
  const { occurred, id, text } = filter;
  if (occurred?.since && event.occurred < occurred.since) return false;
  if (occurred?.until && event.occurred > occurred.until) return false;
  if (id?.id?.length && !id.id.includes(event.id)) return false;
  if (!matchesName(filter.event, event.event)) return false;
  if (filter.resource && !matchesResource(filter.resource, event.resource)) return false;
  if (!listOf(filter.related).every((each) => matchesRelated(each, event.related))) return false;
  if (
    !listOf(filter.any_resource).every((each) =>
      [event.resource, ...event.related].some((resource) => matchesResource(each, resource)),
    )
  )
    return false;
  return !text?.query || matchesText(text.query, searchable(event));
}

const listOf = <T>(value: T | T[] | null | undefined): T[] =>
  value == null ? [] : Array.isArray(value) ? value : [value];

function matchesName(filter: EventFilter['event'], name: string): boolean {
  if (!filter) return true;
  const { prefix, exclude_prefix, name: names, exclude_name } = filter;
  const wanted = [
    ...(prefix ?? []).map((each) => name.startsWith(each)),
    ...(names ?? []).map((each) => wildcard(each, name)),
  ];
  if (wanted.length > 0 && !wanted.some(Boolean)) return false;
  return !(exclude_prefix ?? []).some((each) => name.startsWith(each)) && !(exclude_name ?? []).includes(name);
}

type ResourceFilter = {
  id?: string[] | null | undefined;
  id_prefix?: string[] | null | undefined;
  labels?: Labels | null | undefined;
};

function matchesResource({ id, id_prefix: prefixes, labels }: ResourceFilter, resource: Resource): boolean {
  const own = resource['prefect.resource.id'] ?? '';
  if (id?.length && !id.some((each) => wildcard(each, own))) return false;
  if (prefixes?.length && !prefixes.some((each) => own.startsWith(each))) return false;
  return matchesLabels(labels, resource);
}

type RelatedFilter = {
  id?: string[] | null | undefined;
  role?: string[] | null | undefined;
  resources_in_roles?: [string, string][] | null | undefined;
  labels?: Labels | null | undefined;
};

function matchesRelated({ id, role, resources_in_roles: pairs, labels }: RelatedFilter, related: Resource[]): boolean {
  const some = (test: (resource: Resource) => boolean) => related.some(test);
  const idOf = (resource: Resource) => resource['prefect.resource.id'] ?? '';
  const roleOf = (resource: Resource) => resource['prefect.resource.role'] ?? '';
  if (id?.length && !some((resource) => id.some((each) => wildcard(each, idOf(resource))))) return false;
  if (role?.length && !some((resource) => role.some((each) => wildcard(each, roleOf(resource))))) return false;
  if (
    pairs?.length &&
    !pairs.some(([wantedId, wantedRole]) =>
      some((resource) => wildcard(wantedId, idOf(resource)) && wildcard(wantedRole, roleOf(resource))),
    )
  )
    return false;
  return !labels || Object.keys(labels).length === 0 || some((resource) => matchesLabels(labels, resource));
}

function matchesLabels(labels: Labels | null | undefined, resource: Resource): boolean {
  return Object.entries(labels ?? {}).every(([key, wanted]) => {
    const value = resource[key];
    return (
      value !== undefined &&
      listOf(wanted).some((each) => (each.startsWith('!') ? !wildcard(each.slice(1), value) : wildcard(each, value)))
    );
  });
}

function wildcard(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const [head, ...rest] = pattern.split('*');
  if (!text.startsWith(head!)) return false;
  let at = head!.length;
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return text.length - part.length >= at && text.endsWith(part);
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

const searchable = (event: WireEvent): string =>
  [
    event.event,
    ...Object.values(event.resource),
    ...event.related.flatMap((each) => Object.values(each)),
    JSON.stringify(event.payload),
  ].join('\n');
