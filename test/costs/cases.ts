import { atBound, beyond, contentsFor, pairs, type Content } from './contents.ts';
import { shuffled } from './shuffled.ts';
import { addressOf, doors, kindsOf, sample, type Door, type Schema } from './document.ts';

/** One request, made when its turn comes. */
export type Case = { door: string; place: string; content: string; request(): Sent };
export type Sent = { method: string; path: string; body: Buffer | null };

type Place = { owner: string; path: string[]; schema: Schema };

/** Stands where the content will. */
const marker = '\u0001here\u0001';
const markers = new RegExp(
  `"${JSON.stringify(marker).slice(1, -1).replaceAll('\\', '\\\\')}(\\d+)${JSON.stringify(marker).slice(1, -1).replaceAll('\\', '\\\\')}"`,
  'g',
);
const bodyBytesMax = 1_000_000;
const levelsMax = 5;
/** What Node takes as the head of a request. */
const addressBytesMax = 12_000;

/** Doors that wait for something by design, or take away the ground that the others stand on. */
const waits = /\/claim$/;

export type Cases = {
  /** Every door and every field of it, in as few requests as that takes: what a run sends at least. */
  once: Case[];
  /** Every field by itself with everything that is known to be dear for it; what is dear at many doors late at the others. */
  alone: Case[];
  /** Fields of doors. */
  fields: number;
};

/** All that can be sent, for a seed always in the same order. */
export function casesOf(things: Record<string, string>, only: RegExp, seed: string): Cases {
  const asked = doors.filter(({ name }) => only.test(name) && !waits.test(name));
  const once = asked.flatMap((door) => [plain(door, things), ...addressesOf(door, things), ...bodiesOf(door, things)]);
  const classes = new Map<string, { door: Door; place: Place }[]>();
  const ranked: { rank: number; each: Case }[] = [];
  let fields = 0;
  for (const door of shuffled(asked, seed)) {
    for (const [at, each] of pairsOf(door, things).entries()) ranked.push({ rank: at / 8, each });
    const places = [...fieldsOf(door), ...(door.body ? placesIn(door.body, door.name) : [])];
    fields += places.length;
    for (const place of places) {
      const key = `${place.owner}.${place.path.at(-1) ?? ''}`;
      const others = classes.get(key) ?? [];
      classes.set(key, [...others, { door, place }]);
      const all = shuffled(contentsFor(place.schema, things, place.path.at(-1) ?? ''), seed + key + door.name);
      for (const [at, content] of all.entries())
        ranked.push({ rank: at + 3 * others.length + 1, each: caseOf(door, place, content, things) });
    }
  }
  // The same component means the same code: one door for each field of it.
  for (const [first] of classes.values()) {
    const { door, place } = first!;
    once.push(caseOf(door, place, atBound(place.schema, place.path.at(-1) ?? ''), things));
  }
  const alone = shuffled(ranked, seed)
    .sort((one, other) => one.rank - other.rank)
    .map(({ each }) => each);
  return { once: shuffled(once, seed), alone, fields };
}

/** Everything that stands in the query at once, and everything in the path by itself. */
function addressesOf(door: Door, things: Record<string, string>): Case[] {
  const [path, query] = ['path', 'query'].map((where) => fieldsOf(door).filter(({ owner }) => owner === where)) as [
    Place[],
    Place[],
  ];
  const cases = path.map((place) => caseOf(door, place, beyond(place.schema, '', addressBytesMax), things));
  if (query.length === 0) return cases;
  const words = 'x%_'.repeat(Math.floor(addressBytesMax / query.length / 9));
  const asked = query.map((place) => `${place.path[0]!.split(':')[1]}=${encodeURIComponent(words)}`).join('&');
  const request = () => ({
    method: door.method,
    path: `${pathOf(door, addressOf(door, things), {})}?${asked}`,
    body: door.body ? Buffer.from(JSON.stringify(sample(door.body, things))) : null,
  });
  return [...cases, { door: door.name, place: 'the whole query', content: 'long words', request }];
}

/** All fields of one level at once: each with as much as it may hold, and each with more than that. */
function bodiesOf(door: Door, things: Record<string, string>): Case[] {
  const { body } = door;
  if (!body) return [];
  return Array.from({ length: levelsMax + 1 }, (_, level) => level).flatMap((level) =>
    [atBound, beyond].flatMap((contentOf) => {
      const holders: { schema: Schema; field: string }[] = [];
      const value = filled(
        body,
        level,
        things,
        (schema, field) => marker + (holders.push({ schema, field }) - 1) + marker,
      );
      if (holders.length === 0) return [];
      const bytes = Math.min(900_000, Math.floor(bodyBytesMax / holders.length));
      const request = () => ({
        method: door.method,
        path: pathOf(door, addressOf(door, things), {}),
        body: Buffer.from(
          JSON.stringify(value).replaceAll(markers, (_, at: string) => {
            const { schema, field } = holders[Number(at)]!;
            return contentOf(schema, field, bytes).json;
          }),
        ),
      });
      const content = contentOf === atBound ? 'as much as they may' : 'more than they may';
      return [{ door: door.name, place: `all ${holders.length} fields of level ${level}`, content, request }];
    }),
  );
}

/** A body with a mark at each field of a level; undefined where there is none. */
function filled(
  of: Schema,
  level: number,
  things: Record<string, string>,
  mark: (schema: Schema, field: string) => string,
  field = '',
  open: string[] = [],
): unknown {
  if (level === 0) return mark(of, field);
  for (const { schema, name } of kindsOf(of)) {
    if (name && open.includes(name)) continue;
    const within = name ? [...open, name] : open;
    if (schema.type === 'array') {
      const item = filled(schema.items ?? {}, level - 1, things, mark, field, within);
      if (item !== undefined) return [item];
    }
    const below = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
      const value = filled(property, level - 1, things, mark, key, within);
      return value === undefined ? [] : [[key, value] as const];
    });
    if (below.length > 0) return { ...(sample(schema, things) as object), ...Object.fromEntries(below) };
  }
  return undefined;
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
