import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { BlockTypeCreate, BlockTypeJson, BlockTypeUpdate } from '@headgate/contracts/rest/blocks';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { conflict, forbidden, notFound } from '../../../core/errors/app-error.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { blockTypeEvent } from '../blocks.events.js';
import { letGoOfDocuments } from '../documents/holders.sql.js';
import { ensureSystemType } from '../system-types/known.sql.js';
import * as queries from './block-types.queries.js';

type Page = { limit: number; offset: number };

/** The use cases of block types. Those of the system are there from the start, are protected, and cost a workspace nothing. */
@Injectable()
export class BlockTypesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
  ) {}

  get(ctx: Ctx, id: string): Promise<BlockTypeJson> {
    return this.mustFind(ctx, this.database.db, id);
  }

  async getBySlug(ctx: Ctx, slug: string): Promise<BlockTypeJson> {
    const type = await queries.findTypeBySlug(this.database.db, ctx.workspaceId, slug);
    if (!type) throw notFound('Block type not found');
    return type;
  }

  findBySlug(ctx: Ctx, db: Db, slug: string): Promise<BlockTypeJson | null> {
    return queries.findTypeBySlug(db, ctx.workspaceId, slug);
  }

  find(ctx: Ctx, db: Db, ids: string[]): Promise<BlockTypeJson[]> {
    return queries.findTypes(db, ctx.workspaceId, ids);
  }

  async list(ctx: Ctx, filters: queries.TypeFilters, page: Page): Promise<BlockTypeJson[]> {
    const ids = await queries.listTypeIds(this.database.db, ctx.workspaceId, filters, page);
    const types = new Map((await this.find(ctx, this.database.db, ids)).map((type) => [type.id, type]));
    return ids.flatMap((id) => types.get(id) ?? []);
  }

  async create(ctx: Ctx, tx: Db, body: BlockTypeCreate): Promise<BlockTypeJson> {
    if (body.name.toLowerCase().startsWith('prefect'))
      throw forbidden("Block type names beginning with 'Prefect' are reserved.");
    const taken = () => conflict(`Block type with name "${body.name}" already exists`);
    if (await queries.findTypeBySlug(tx, ctx.workspaceId, body.slug)) throw taken();
    const type = await queries.insertType(tx, ctx.workspaceId, {
      id: newId(),
      name: body.name,
      slug: body.slug,
      logo_url: body.logo_url ?? null,
      documentation_url: body.documentation_url ?? null,
      description: body.description ?? null,
      code_example: body.code_example ?? null,
      is_protected: false,
    });
    if (!type) throw taken();
    await this.work.tell(ctx, tx, [blockTypeEvent('created', type)]);
    return type;
  }

  /** Written, and told, only when something differs: clients send the same again and again. */
  async update(ctx: Ctx, tx: Db, id: string, change: BlockTypeUpdate): Promise<BlockTypeJson> {
    const before = await this.mustFind(ctx, tx, id);
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    if (given.every(([key, value]) => before[key as keyof BlockTypeUpdate] === value)) return before;
    await ensureSystemType(tx, ctx.workspaceId, id);
    const type = await queries.updateType(tx, ctx.workspaceId, id, Object.fromEntries(given));
    if (!type) throw notFound('Block type not found');
    await this.work.tell(ctx, tx, [blockTypeEvent('updated', type)]);
    return type;
  }

  async delete(ctx: Ctx, tx: Db, id: string): Promise<BlockTypeJson> {
    const type = await this.mustFind(ctx, tx, id);
    if (type.is_protected) throw forbidden('protected block types cannot be deleted.');
    await letGoOfDocuments(tx, ctx.workspaceId, { block_type_id: id });
    if (!(await queries.deleteType(tx, ctx.workspaceId, id))) throw notFound('Block type not found');
    await this.work.tell(ctx, tx, [blockTypeEvent('deleted', type)]);
    return type;
  }

  private async mustFind(ctx: Ctx, db: Db, id: string): Promise<BlockTypeJson> {
    const [type] = await queries.findTypes(db, ctx.workspaceId, [id]);
    if (!type) throw notFound('Block type not found');
    return type;
  }
}
