import { invalid } from '../../../core/errors/app-error.js';
import { isJsonObject, stringifyExact, type JsonObject } from '../../../core/json/exact-json.js';
import { allDefinitions, ownDefinitions, referredNames, withDefinitions } from './definitions.js';

export type NestedSchema = { name: string; position: number; slug: string; checksum: string };

/** What a schema says about the blocks that it nests, by field. */
export function nestedSchemas(fields: JsonObject): NestedSchema[] {
  const references = fields['block_schema_references'] ?? {};
  if (!isJsonObject(references)) throw wrong();
  return Object.entries(references).flatMap(([name, given]) =>
    [given].flat().map((reference, position) => {
      if (!isJsonObject(reference)) throw wrong();
      const { block_type_slug: slug, block_schema_checksum: checksum } = reference;
      if (typeof slug !== 'string' || typeof checksum !== 'string') throw wrong();
      return { name, position, slug, checksum };
    }),
  );
}

const wrong = () =>
  invalid('Each of `block_schema_references` must have a `block_type_slug` and a `block_schema_checksum`.');

/** Whether a schema nests others at all. */
export const nestsOthers = ({ fields }: { fields: JsonObject }): boolean => {
  const references = fields['block_schema_references'];
  return isJsonObject(references) && Object.keys(references).length > 0;
};

/** What is stored of a schema: nested schemas are rows of their own. */
export function storedFields(fields: JsonObject): string {
  const { definitions } = fields;
  return stringifyExact(
    isJsonObject(definitions) ? withDefinitions(fields, ownDefinitions(fields, definitions)) : fields,
  );
}

/** The fields of a nested schema, made whole from its parent's definitions; null when they are not there. */
export function fieldsOfNested(parent: JsonObject, { name, slug }: NestedSchema): JsonObject | null {
  const { properties, definitions } = parent;
  if (!isJsonObject(properties) || !isJsonObject(definitions)) return null;
  const names = referredNames(properties[name]);
  // A field may be of one of several blocks: the slug tells which is meant.
  const chosen = names.length === 1 ? names[0] : names.find((each) => slugOf(definitions, each) === slug);
  const definition = chosen === undefined ? undefined : definitions[chosen];
  return isJsonObject(definition) ? withDefinitions(definition, allDefinitions(definition, definitions)) : null;
}

function slugOf(definitions: JsonObject, name: string): unknown {
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  return isJsonObject(definition) ? definition['block_type_slug'] : undefined;
}
