import { Inject, Injectable } from '@nestjs/common';
import type { BlockSchemaCreate, BlockSchemaFilter, BlockSchemaJson } from '@headgate/contracts/rest/blocks';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { forbidden, notFound } from '../../../core/errors/app-error.js';
import { oneByOne } from '../../../core/fair/in-slices.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { childrenBeyond } from '../children.js';
import { letGoOfDocuments } from '../documents/holders.sql.js';
import { BlockTypesService } from '../types/block-types.service.js';
import { assembleSchema, known } from './assemble.js';
import * as queries from './block-schemas.queries.js';
import { checksumOf } from './checksum.js';
import { nestsOthers } from './nested.js';
import { register } from './register.js';

type Page = { limit: number; offset: number };

/** The use cases of block schemas. A schema never changes: another one has another checksum. */
@Injectable()
export class BlockSchemasService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(BlockTypesService) private readonly types: BlockTypesService,
  ) {}

  async get(ctx: Ctx, id: string): Promise<BlockSchemaJson> {
    const [schema] = await this.find(ctx, this.database.db, [id]);
    if (!schema) throw notFound('Block schema not found');
    return schema;
  }

  async getByChecksum(ctx: Ctx, checksum: string, version?: string): Promise<BlockSchemaJson> {
    const row = await queries.findSchemaByChecksum(this.database.db, ctx.workspaceId, checksum, version);
    if (!row) throw notFound('Block schema not found');
    return this.get(ctx, row.id);
  }

  async list(ctx: Ctx, filter: BlockSchemaFilter | undefined, page: Page): Promise<BlockSchemaJson[]> {
    const ids = await queries.listSchemaIds(this.database.db, ctx.workspaceId, filter, page);
    return this.find(ctx, this.database.db, ids);
  }

  async newestOf(ctx: Ctx, typeIds: string[]): Promise<BlockSchemaJson[]> {
    const ids = await queries.findNewestSchemaIds(this.database.db, ctx.workspaceId, typeIds);
    return this.find(ctx, this.database.db, ids);
  }

  /** In the order of the ids; those that are not there are left out. */
  async find(ctx: Ctx, db: Db, ids: string[]): Promise<BlockSchemaJson[]> {
    const roots = await queries.findSchemas(db, ctx.workspaceId, ids);
    const parents = roots.filter(nestsOthers).map(({ id }) => id);
    const references = await queries.findSchemaReferences(db, ctx.workspaceId, parents);
    const nested = await queries.findSchemas(db, ctx.workspaceId, childrenBeyond(references, ids));
    const schemas = [...roots, ...nested];
    const typeIds = [...new Set(schemas.map((schema) => schema.block_type_id))];
    const from = known(schemas, await this.types.find(ctx, db, typeIds), references);
    return oneByOne(
      ids.filter((id) => from.schemas.has(id)),
      (id) => assembleSchema(id, from),
    );
  }

  /** The one that is there already when checksum and version are the same. */
  async create(ctx: Ctx, body: BlockSchemaCreate): Promise<{ schema: BlockSchemaJson; created: boolean }> {
    const [type] = await this.types.find(ctx, this.database.db, [body.block_type_id]);
    if (!type) throw notFound(`Block type ${body.block_type_id} not found.`);
    const checksum = checksumOf(body.fields);
    const existing = await queries.findSchemaByChecksum(this.database.db, ctx.workspaceId, checksum, body.version);
    if (existing) return { schema: await this.get(ctx, existing.id), created: false };
    const id = await this.work.during((tx) => register(tx, ctx.workspaceId, { ...body, checksum }));
    const schema = await this.get(ctx, id);
    // The answer to the one who registers it has the fields as they were sent.
    const fields = { ...body.fields, block_schema_references: body.fields['block_schema_references'] ?? {} };
    return { schema: { ...schema, fields }, created: true };
  }

  async delete(ctx: Ctx, tx: Db, id: string): Promise<void> {
    const [schema] = await this.find(ctx, tx, [id]);
    if (!schema) throw notFound('Block schema not found');
    if (schema.block_type.is_protected) throw forbidden('Block schemas for protected block types cannot be deleted.');
    await letGoOfDocuments(tx, ctx.workspaceId, { block_schema_id: id });
    if (!(await queries.deleteSchema(tx, ctx.workspaceId, id))) throw notFound('Block schema not found');
  }

  capabilities(ctx: Ctx): Promise<string[]> {
    return queries.listCapabilities(this.database.db, ctx.workspaceId);
  }
}
