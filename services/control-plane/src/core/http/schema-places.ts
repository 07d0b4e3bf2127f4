import { z } from 'zod';

type Schema = z.core.$ZodType;
type Def = {
  type: string;
  innerType?: Schema;
  in?: Schema;
  getter?: () => Schema;
  shape?: Record<string, Schema>;
  catchall?: Schema;
  element?: Schema;
  valueType?: Schema;
  items?: Schema[];
  options?: Schema[];
  checks?: { _zod: { def: { format?: string } } }[];
};

/** What a schema is made of, without what makes it optional, gives it a default or changes what it read. */
export function definitionOf(schema: Schema): Def {
  const def = schema._zod.def as unknown as Def;
  const inner = def.innerType ?? def.in ?? def.getter?.();
  return inner ? definitionOf(inner) : def;
}

/** The schema one step into another. */
function within(schema: Schema, key: PropertyKey): Schema | undefined {
  const def = definitionOf(schema);
  return def.shape?.[String(key)] ?? def.items?.[Number(key)] ?? def.element ?? def.valueType;
}

/**
 * The schema at a place of another, which an issue does not tell, or the first union on the way there: `depth` says how
 * far that is. Which of its alternatives was meant is for the union to say.
 */
export function schemaAt(schema: Schema, path: PropertyKey[], depth = 0): { schema: Schema; depth: number } {
  const [key, ...rest] = path;
  const next = key === undefined || alternativesOf(schema) ? undefined : within(schema, key);
  return next ? schemaAt(next, rest, depth + 1) : { schema, depth };
}

export const alternativesOf = (schema: Schema): Schema[] | undefined => definitionOf(schema).options;

export const isWhole = (schema: Schema): boolean =>
  definitionOf(schema).checks?.some((check) => check._zod.def.format === 'safeint') ?? false;

type Metadata = { tag?: string; wire?: { uniqueItems?: boolean } };
/** Metadata of a schema, or of the nearest one within that has some. */
function metadataOf(schema: Schema): Metadata {
  const def = schema._zod.def as unknown as Def;
  const inner = def.innerType ?? def.in;
  return (z.globalRegistry.get(schema) as Metadata | undefined) ?? (inner ? metadataOf(inner) : {});
}

/** A list in which nothing may stand twice. */
export const isSet = (schema: Schema): boolean => metadataOf(schema).wire?.uniqueItems ?? false;

/** What the wire calls an alternative of a union; models say it by their `tag` metadata. */
export function tagOf(schema: Schema): string | undefined {
  const { tag } = metadataOf(schema);
  if (tag) return tag;
  const { type, element } = definitionOf(schema);
  if (type === 'array' && element) return `list[${tagOf(element)}]`;
  if (type === 'number') return isWhole(schema) ? 'int' : 'float';
  return { string: 'str', boolean: 'bool' }[type];
}

/** An object without a name that takes keys it does not know: the parameters of a call, each read by itself. */
export function parametersOf(schema: Schema): string[] | undefined {
  const { type, shape, catchall } = definitionOf(schema);
  return type === 'object' && !catchall && !metadataOf(schema).tag ? Object.keys(shape!) : undefined;
}
