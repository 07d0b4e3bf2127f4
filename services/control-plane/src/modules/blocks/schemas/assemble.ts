import type { BlockSchemaJson, BlockTypeJson } from '@headgate/contracts/rest/blocks';
import { isJsonObject, type JsonObject } from '../../../core/json/exact-json.js';
import type { BlockSchemaRow, SchemaReference } from './block-schemas.queries.js';

type Known = {
  schemas: Map<string, BlockSchemaRow>;
  types: Map<string, BlockTypeJson>;
  children: Map<string, SchemaReference[]>;
};

/** What is needed to put schemas together again, without what was deleted while it was read. */
export function known(rows: BlockSchemaRow[], found: BlockTypeJson[], references: SchemaReference[]): Known {
  const types = new Map(found.map((type) => [type.id, type]));
  const schemas = new Map(rows.flatMap((row) => (types.has(row.block_type_id) ? [[row.id, row]] : [])));
  const children = new Map<string, SchemaReference[]>();
  for (const reference of references.filter(({ child_id }) => schemas.has(child_id))) {
    const siblings = children.get(reference.parent_id);
    if (siblings) siblings.push(reference);
    else children.set(reference.parent_id, [reference]);
  }
  return { schemas, types, children };
}

/** The schema as it crosses the wire: the schemas that it nests stand among its definitions under their titles. */
export function assembleSchema(id: string, from: Known): BlockSchemaJson {
  const row = from.schemas.get(id)!;
  const fields = { ...row.fields, block_schema_references: referencesOf(id, from) };
  const definitions = definitionsOf(id, from);
  const type = from.types.get(row.block_type_id)!;
  return {
    ...row,
    fields: Object.keys(definitions).length > 0 ? { ...fields, definitions } : fields,
    block_type: type,
  };
}

/** One reference per field as itself, several as a list. */
function referencesOf(id: string, from: Known): JsonObject {
  const byName = new Map<string, JsonObject[]>();
  for (const { name, child_id } of from.children.get(id) ?? []) {
    const child = from.schemas.get(child_id)!;
    const reference = {
      block_schema_checksum: child.checksum,
      block_type_slug: from.types.get(child.block_type_id)!.slug,
    };
    const others = byName.get(name);
    if (others) others.push(reference);
    else byName.set(name, [reference]);
  }
  return Object.fromEntries([...byName].map(([name, list]) => [name, list.length === 1 ? list[0] : list]));
}

/** Its own, and those of all that it nests. A schema may nest itself. */
function definitionsOf(id: string, from: Known): JsonObject {
  const definitions = new Map(Object.entries(objectOr(from.schemas.get(id)!.fields['definitions'])));
  const seen = new Set([id]);
  const addBelow = (parent: string): void => {
    for (const { child_id } of from.children.get(parent) ?? []) {
      if (seen.has(child_id)) continue;
      seen.add(child_id);
      const { definitions: own, ...fields } = from.schemas.get(child_id)!.fields;
      const title = fields['title'];
      if (typeof title === 'string') {
        definitions.set(title, { ...fields, block_schema_references: referencesOf(child_id, from) });
        for (const [name, each] of Object.entries(objectOr(own))) definitions.set(name, each);
      }
      addBelow(child_id);
    }
  };
  addBelow(id);
  return Object.fromEntries(definitions);
}

const objectOr = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
