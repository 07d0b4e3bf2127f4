import { merged } from './merged-schema.js';
import { alternativesOf, isNothing, nameIn, referenceTo, resolved, type Document, type Json } from './open-api.js';
import { closest } from './schema-likeness.js';

/** Gives our schemas the names of the published ones that stand in the same place. */
export class PublishedSchemas {
  private readonly named = new Map<string, Json>();

  constructor(private readonly ours: Document) {}

  components(): Record<string, Json> {
    return Object.fromEntries([...this.named].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** How to name what a document tells of; `mine` is the document that the named schemas stand in. */
  by(law: Document, mine = this.ours) {
    return (ours: Json, theirs: Json | undefined, direction: Direction): Json =>
      new Walk(mine, law, this, direction).named(ours, theirs);
  }

  /** A component that requests and answers share says what holds for both. */
  put(name: string, schema: Json): Json {
    const before = this.named.get(name);
    this.named.set(name, before ? merged(before, schema) : schema);
    return referenceTo(name);
  }

  /** What nobody publishes keeps the name that it has with us. */
  putOwn(name: string, schema: () => Json): void {
    if (this.named.has(name)) return;
    // It may refer to itself.
    this.named.set(name, {});
    this.named.set(name, schema());
  }
}

export type Naming = ReturnType<PublishedSchemas['by']>;
type Direction = 'request' | 'answer';

class Walk {
  private readonly underway = new Set<string>();

  constructor(
    private readonly ours: Document,
    private readonly law: Document,
    private readonly schemas: PublishedSchemas,
    private readonly direction: Direction,
  ) {}

  named(ours: Json, theirs: Json | undefined): Json {
    if (theirs === undefined || isNothing(theirs)) return this.own(ours);
    const wanted = alternativesOf(theirs);
    const match = (each: Json) => this.alike(each, closest([each, this.ours], wanted, this.law));
    const { anyOf, oneOf, ...rest } = ours;
    const either = (anyOf ?? oneOf) as Json[] | undefined;
    const named = either ? { anyOf: either.map(match), ...rest } : match(ours);
    return beside(named, theirs);
  }

  private alike(ours: Json, theirs: Json | undefined): Json {
    if (!theirs) return this.own(ours);
    const { default: fallback, ...mine } = resolved(ours, this.ours);
    const said = fallback === undefined ? {} : { default: fallback };
    if (!theirs['$ref']) return { ...this.parts(mine, theirs), ...said };
    const name = nameIn(theirs['$ref']);
    // It stands within itself.
    if (this.underway.has(name)) return { ...referenceTo(name), ...said };
    this.underway.add(name);
    const law = resolved(theirs, this.law);
    const content = alternativesOf(law).length > 1 ? this.named(mine, law) : this.parts(mine, law);
    this.underway.delete(name);
    return { ...this.schemas.put(name, content), ...said };
  }

  /** What an object or an array is made of, in their order. */
  private parts(ours: Json, theirs: Json): Json {
    const { properties, required, items, prefixItems, additionalProperties: others, ...rest } = ours;
    const known = Object.keys(theirs['properties'] ?? {});
    const place = (key: string) => (known.indexOf(key) + known.length + 1) % (known.length + 1);
    const inOrder = (keys: string[]) => keys.toSorted((one, other) => place(one) - place(other));
    const named = (schema: Json, key: string) => this.named(schema, theirs['properties']?.[key]);
    return {
      ...beside(rest, { ...theirs, default: rest['default'] }),
      ...(properties && {
        properties: Object.fromEntries(
          inOrder(Object.keys(properties)).map((key) => [key, named(properties[key], key)]),
        ),
      }),
      ...(required && { required: inOrder(required) }),
      ...(items && { items: this.named(items, theirs['items']) }),
      ...(prefixItems && {
        prefixItems: (prefixItems as Json[]).map((each, at) => this.named(each, theirs['prefixItems']?.[at])),
      }),
      ...this.otherKeys(others, theirs['additionalProperties']),
    };
  }

  /** That an answer holds nothing besides is for our tests to see; a client has to let it grow. */
  private otherKeys(ours: unknown, theirs: unknown): Json {
    if (ours === undefined || (ours === false && this.direction === 'answer')) return {};
    if (typeof ours !== 'object' || ours === null || isNothing(ours)) return { additionalProperties: ours !== false };
    return { additionalProperties: this.named(ours, typeof theirs === 'object' && theirs ? theirs : undefined) };
  }

  /** Ours with everything that it refers to, under our own names. */
  private own(ours: Json): Json {
    const reference = ours['$ref'] as string | undefined;
    if (typeof reference === 'string')
      this.schemas.putOwn(nameIn(reference), () => this.own(resolved(ours, this.ours)));
    const inner = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(inner)
        : typeof value === 'object' && value !== null
          ? this.own(value as Json)
          : value;
    return Object.fromEntries(Object.entries(ours).map(([key, value]) => [key, inner(value)]));
  }
}

/** What is said beside a value. A default of ours that theirs does not name is one that they keep to themselves. */
function beside(ours: Json, theirs: Json): Json {
  const fallback = theirs['default'] === undefined ? undefined : (ours['default'] ?? theirs['default']);
  const format = ours['format'] ?? (ours['type'] === theirs['type'] ? theirs['format'] : undefined);
  const { default: _, ...rest } = ours;
  return { ...rest, ...(fallback !== undefined && { default: fallback }), ...(format !== undefined && { format }) };
}
