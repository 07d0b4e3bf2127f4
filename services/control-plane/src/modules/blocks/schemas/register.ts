import { newId } from '@headgate/contracts';
import type { BlockSchemaCreate } from '@headgate/contracts/rest/blocks';
import type { Db } from '../../../core/db/db.js';
import { conflict, invalid, invariant } from '../../../core/errors/app-error.js';
import { ensureSystemType } from '../system-types/known.sql.js';
import { findTypeBySlug } from '../types/block-types.queries.js';
import { findSchemaByChecksum, insertSchema, insertSchemaReferences } from './block-schemas.queries.js';
import { checksumOf } from './checksum.js';
import { fieldsOfNested, nestedSchemas, storedFields, type NestedSchema } from './nested.js';

const nestedMax = 200;
const versionOfNested = 'non-versioned';

/** One request's work: how many nested schemas it may still look at, and the checksums of those that it is inside of. */
type Registration = { budget: { left: number }; inside: string[] };

/** Registers a schema and, from its definitions, those of the blocks that it nests. Answers its id. */
export async function register(
  tx: Db,
  workspaceId: string,
  draft: BlockSchemaCreate & { checksum: string },
  { budget, inside }: Registration = { budget: { left: nestedMax }, inside: [] },
): Promise<string> {
  const { fields, checksum, version, capabilities, block_type_id } = draft;
  await ensureSystemType(tx, workspaceId, block_type_id);
  const id = newId();
  const text = storedFields(fields);
  if (!(await insertSchema(tx, workspaceId, { id, block_type_id, checksum, version, capabilities, text }))) {
    const existing = await findSchemaByChecksum(tx, workspaceId, checksum, version);
    invariant(existing, 'a schema that could not be inserted is there');
    return existing.id;
  }
  for (const nested of nestedSchemas(fields)) {
    const child_id = await ensureNested(tx, workspaceId, fields, nested, { budget, inside: [...inside, checksum] });
    const { name, position } = nested;
    await insertSchemaReferences(tx, workspaceId, [{ parent_id: id, name, position, child_id }]);
  }
  return id;
}

async function ensureNested(
  tx: Db,
  workspaceId: string,
  parent: BlockSchemaCreate['fields'],
  nested: NestedSchema,
  registration: Registration,
): Promise<string> {
  if (registration.budget.left-- <= 0) throw invalid(`A block schema can nest at most ${nestedMax} others.`);
  const { slug } = nested;
  const type = await findTypeBySlug(tx, workspaceId, slug);
  if (!type)
    throw conflict(
      `Cannot create block schema because block type '${slug}' was not found.Did you forget to register the block type?`,
    );
  const existing = await findSchemaByChecksum(tx, workspaceId, nested.checksum);
  if (existing) {
    await ensureSystemType(tx, workspaceId, existing.block_type_id);
    return existing.id;
  }
  const fields = fieldsOfNested(parent, nested);
  if (!fields)
    throw conflict(`Unable to create nested block schema for block type '${type.name}' due to missing definition.`);
  const checksum = checksumOf(fields);
  if (registration.inside.includes(checksum)) throw conflict(`The block schema of '${slug}' nests itself.`);
  const draft = { fields, checksum, block_type_id: type.id, capabilities: [], version: versionOfNested };
  return register(tx, workspaceId, draft, registration);
}
