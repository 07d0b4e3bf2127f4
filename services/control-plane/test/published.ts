import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The published document, as far as tests read it: which doors there are, and which bodies they take. */
export type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  minItems?: number;
  minimum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
};
type Parameter = { name: string; in: string; schema: Schema };
type Operation = { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> } };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

const document = JSON.parse(readFileSync(path.join(import.meta.dirname, '../openapi.json'), 'utf8')) as Document;

export type PublishedDoor = {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  query: Parameter[];
  body: Schema | null;
};
/** What names the things of a workspace, by collection and parameter (`flow_runs:id`), as `house.ts` makes them. */
export type Things = Record<string, string>;
/** Where a value stands in a body; `[]` is the first item of a list. */
export type Place = string[];

export const publishedDoors: PublishedDoor[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
    method: method.toUpperCase() as PublishedDoor['method'],
    path,
    query: parameters.filter((each) => each.in === 'query'),
    body: requestBody?.content['application/json']?.schema ?? null,
  })),
);

/** What a value may be, null aside. */
export function kindsOf(schema: Schema): Schema[] {
  if (schema.$ref) return kindsOf(document.components.schemas[schema.$ref.split('/').at(-1)!]!);
  const parts = schema.anyOf ?? schema.oneOf ?? (schema.allOf?.length === 1 ? schema.allOf : undefined);
  if (parts) return parts.flatMap(kindsOf);
  return schema.type === 'null' ? [] : [schema];
}

const levelsMax = 6;

/** Every place of a body in which a schema of a kind stands. */
export function placesOf(schema: Schema, wanted: (kind: Schema) => boolean, at: Place = []): Place[] {
  if (at.length > levelsMax) return [];
  const kinds = kindsOf(schema);
  const below = kinds.flatMap(({ items, properties }) => [
    ...(items ? placesOf(items, wanted, [...at, '[]']) : []),
    ...Object.entries(properties ?? {}).flatMap(([key, property]) => placesOf(property, wanted, [...at, key])),
  ]);
  return kinds.some(wanted) ? [at, ...below] : below;
}

/** The least that a schema takes, with things that are there where it names some. */
export function sampleOf(schema: Schema, things: Things, field = ''): unknown {
  const [kind = {}] = kindsOf(schema);
  if (kind.const !== undefined) return kind.const;
  if (kind.enum) return kind.enum[0];
  if (kind.default !== undefined && kind.default !== null) return kind.default;
  if (kind.type === 'object')
    return Object.fromEntries(
      (kind.required ?? []).map((name) => [name, sampleOf(kind.properties?.[name] ?? {}, things, name)]),
    );
  if (kind.type === 'array')
    return Array.from({ length: kind.minItems ?? 0 }, () => sampleOf(kind.items ?? {}, things, field));
  if (kind.type === 'integer' || kind.type === 'number') return Math.max(1, kind.minimum ?? 1);
  if (kind.type === 'boolean') return false;
  return kind.type === 'string' ? sampleText(kind, things, field) : {};
}

function sampleText({ format }: Schema, things: Things, field: string): string {
  const [, of, what] = /^(.*?)_?(id|name|key)$/.exec(field) ?? [];
  const thing = of && things[`${of}s:${what}`];
  if (thing) return thing;
  if (format === 'uuid') return '01900000-0000-7000-8000-000000000000';
  return format === 'date-time' ? new Date().toISOString() : 'some-text';
}

/** A body as it should be, with other values at some places. */
export const bodyWith = (schema: Schema, things: Things, values: [Place, unknown][]): unknown =>
  values.reduce<unknown>((body, [place, value]) => put(schema, body, place, value, things), sampleOf(schema, things));

function put(schema: Schema, body: unknown, [key, ...rest]: Place, value: unknown, things: Things): unknown {
  if (key === undefined) return value;
  const kinds = kindsOf(schema);
  if (key === '[]') {
    const items = kinds.find((kind) => kind.items)!.items!;
    const [first, ...others] = Array.isArray(body) ? (body as unknown[]) : [];
    return [put(items, first ?? sampleOf(items, things), rest, value, things), ...others];
  }
  const holder = kinds.find((kind) => kind.properties?.[key])!;
  const whole = (kinds[0] === holder && body ? body : sampleOf(holder, things)) as Record<string, unknown>;
  const property = holder.properties![key]!;
  return { ...whole, [key]: put(property, whole[key] ?? sampleOf(property, things, key), rest, value, things) };
}

/** The address of a door with things that are there. */
export function addressOf(path: string, things: Things): string {
  const collection = path
    .replace(/^.*\{workspace_id\}|^\/api/, '')
    .split('/')
    .filter((part) => part !== 'headgate' && part !== 'ui')[1];
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const [last] = name.split('_').slice(-1);
    const thing = things[name] ?? things[`${collection}:${name}`] ?? things[`${collection}:${last}`];
    return encodeURIComponent(thing ?? '01900000-0000-7000-8000-000000000000');
  });
}
