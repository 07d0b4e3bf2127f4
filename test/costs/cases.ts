import { contentsFor, pairs, type Content } from './contents.ts';
import { shuffled } from './shuffled.ts';
import { addressOf, doors, kindsOf, sample, type Door, type Schema } from './document.ts';

/** One request, made when its turn comes. */
export type Case = { door: string; place: string; content: string; request(): Sent };
export type Sent = { method: string; path: string; body: Buffer | null };

type Place = { owner: string; path: string[]; schema: Schema };

/** Stands where the content will. */
const marker = '\u0001here\u0001';
const levelsMax = 5;
/** What Node takes as the head of a request. */
const addressBytesMax = 12_000;

/** Doors that wait for something by design, or take away the ground that the others stand on. */
const waits = /\/claim$/;

/**
 * Every field of every door with everything that is known to be dear for it, in an order that comes by every field early:
 * what other doors have in common with this one is tried later here.
 */
export function casesOf(things: Record<string, string>, only: RegExp): Case[] {
  const seen = new Map<string, number>();
  const ranked: { rank: number; each: Case }[] = [];
  for (const door of doors.filter(({ name }) => only.test(name) && !waits.test(name))) {
    ranked.push({ rank: -1, each: plain(door, things) });
    for (const [at, each] of pairsOf(door, things).entries()) ranked.push({ rank: at / 8, each });
    const places = [...fieldsOf(door), ...(door.body ? placesIn(door.body, door.name) : [])];
    for (const place of places) {
      const key = `${place.owner}.${place.path.at(-1) ?? ''}`;
      const times = seen.get(key) ?? 0;
      seen.set(key, times + 1);
      const all = shuffled(contentsFor(place.schema, things, place.path.at(-1) ?? ''), key + door.name);
      for (const [at, content] of all.entries())
        ranked.push({ rank: at + 3 * times, each: caseOf(door, place, content, things) });
    }
  }
  return shuffled(ranked, 'order')
    .sort((one, other) => one.rank - other.rank)
    .map(({ each }) => each);
}

const plain = (door: Door, things: Record<string, string>): Case => ({
  door: door.name,
  place: 'nothing',
  content: 'as it should be',
  request: () => ({
    method: door.method,
    path: pathOf(door, addressOf(door, things), {}),
    body: door.body ? Buffer.from(JSON.stringify(sample(door.body, things))) : null,
  }),
});

/** A body that takes a schema and values for it takes them together. */
function pairsOf(door: Door, things: Record<string, string>): Case[] {
  const body = door.body && kindsOf(door.body)[0]?.schema;
  const names = Object.keys(body?.properties ?? {});
  const schemaName = names.find((name) => name.endsWith('schema'));
  const valuesName = names.find((name) => name === 'parameters' || name === 'values');
  if (!body || !schemaName || !valuesName) return [];
  return pairs.map(({ name, schema, values }) => ({
    door: door.name,
    place: `${schemaName} and ${valuesName}`,
    content: name,
    request: () => ({
      method: door.method,
      path: pathOf(door, addressOf(door, things), {}),
      body: Buffer.from(
        JSON.stringify({
          ...(sample(body, things) as object),
          [schemaName]: schema,
          [valuesName]: values,
          enforce_parameter_schema: true,
        }),
      ),
    }),
  }));
}

/** What stands in the address. */
const fieldsOf = (door: Door): Place[] =>
  door.parameters
    .filter((each) => each.in !== 'header' && each.name !== 'account_id' && each.name !== 'workspace_id')
    .map((each) => ({ owner: each.in, path: [`${each.in}:${each.name}`], schema: { type: 'string' } }));

function placesIn(of: Schema, owner: string, path: string[] = [], open: string[] = []): Place[] {
  if (path.length > levelsMax) return [];
  const here: Place = { owner, path, schema: of };
  const below = kindsOf(of).flatMap(({ schema, name }) => {
    if (name && open.includes(name)) return [];
    const within = name ? [...open, name] : open;
    const own = name ?? `${owner}.${path.at(-1) ?? ''}`;
    if (schema.type === 'array') return placesIn(schema.items ?? {}, own, [...path, '[]'], within);
    return Object.entries(schema.properties ?? {}).flatMap(([key, property]) =>
      placesIn(property, own, [...path, key], within),
    );
  });
  return [here, ...below];
}

function caseOf(door: Door, place: Place, content: Content, things: Record<string, string>): Case {
  const [kind, name] = place.path[0]?.split(':') ?? [];
  const inAddress = place.owner === 'path' || place.owner === 'query';
  return {
    door: door.name,
    place: place.path.join('.') || 'the body',
    content: content.name,
    request: () => {
      const address = addressOf(door, things);
      if (inAddress) {
        const value = content.json.slice(0, addressBytesMax).replaceAll(/^"|"$/g, '');
        const given = { [name!]: encodeURIComponent(Buffer.from(value).toString()).slice(0, addressBytesMax) };
        const path =
          kind === 'path' ? pathOf(door, address, given) : `${pathOf(door, address, {})}?${name}=${given[name!]}`;
        return {
          method: door.method,
          path,
          body: door.body ? Buffer.from(JSON.stringify(sample(door.body, things))) : null,
        };
      }
      const body = JSON.stringify(put(door.body!, place.path, things, 0)).replace(
        JSON.stringify(marker),
        () => content.json,
      );
      return { method: door.method, path: pathOf(door, address, {}), body: Buffer.from(body) };
    },
  };
}

/** A body as it should be, but for one place. */
function put(of: Schema, path: string[], things: Record<string, string>, level: number): unknown {
  const [next, ...rest] = path;
  if (next === undefined) return marker;
  const kinds = kindsOf(of);
  if (next === '[]')
    return [put(kinds.find(({ schema }) => schema.type === 'array')!.schema.items ?? {}, rest, things, level + 1)];
  const holder = kinds.find(({ schema }) => schema.properties?.[next])!.schema;
  const base = sample(holder, things, '', level) as object;
  return { ...base, [next]: put(holder.properties![next]!, rest, things, level + 1) };
}

function pathOf(door: Door, address: Record<string, string>, given: Record<string, string>): string {
  return door.path.replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => given[name] ?? encodeURIComponent(address[name] ?? ''),
  );
}
