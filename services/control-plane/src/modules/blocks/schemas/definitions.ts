import { isJsonObject, type JsonObject } from '../../../core/json/exact-json.js';

const prefix = '#/definitions/';

/** The names of the definitions that a value refers to, at any depth. */
export function referredNames(value: unknown): string[] {
  const names: string[] = [];
  const look = (at: unknown): void => {
    if (Array.isArray(at)) return at.forEach(look);
    if (!isJsonObject(at)) return;
    if (typeof at['$ref'] === 'string') names.push(at['$ref'].replaceAll(prefix, ''));
    Object.values(at).forEach(look);
  };
  look(value);
  return names;
}

const definitionOf = (definitions: JsonObject, name: string): JsonObject | null => {
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  return isJsonObject(definition) && Object.keys(definition).length > 0 ? definition : null;
};

const isBlock = (definition: JsonObject): boolean => (definition['block_type_slug'] ?? null) !== null;

/** Definitions that can be reached from a value; `through` says which of them are kept and followed. */
function reachable(value: unknown, definitions: JsonObject, through: (definition: JsonObject) => boolean): JsonObject {
  const found = new Map<string, JsonObject>();
  const pending = referredNames(value);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const definition = definitionOf(definitions, name);
    if (!definition || found.has(name) || !through(definition)) continue;
    found.set(name, definition);
    for (const referred of referredNames(definition)) pending.push(referred);
  }
  return Object.fromEntries(
    Object.entries(definitions).flatMap(([name]) => (found.has(name) ? [[name, found.get(name)!]] : [])),
  );
}

/** What belongs to the schema itself: definitions of blocks are schemas of their own. */
export const ownDefinitions = (value: unknown, definitions: JsonObject): JsonObject =>
  reachable(value, definitions, (definition) => !isBlock(definition));

/** Everything that a nested schema needs to stand alone. */
export const allDefinitions = (value: unknown, definitions: JsonObject): JsonObject =>
  reachable(value, definitions, () => true);

/** Fields with these definitions; without any there is no such key. */
export function withDefinitions(fields: JsonObject, definitions: JsonObject): JsonObject {
  if (Object.keys(definitions).length > 0) return { ...fields, definitions };
  const { definitions: _, ...rest } = fields;
  return rest;
}
