import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type {
  BlockDocumentCreate,
  BlockDocumentFilters,
  BlockDocumentJson,
  BlockDocumentUpdate,
} from '@headgate/contracts/rest/blocks';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { badRequest, conflict, notFound } from '../../../core/errors/app-error.js';
import { Secrets } from '../../../core/secrets/secrets.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { blockDocumentEvents } from '../blocks.events.js';
import { BlockSchemasService } from '../schemas/block-schemas.service.js';
import { ensureSystemType, systemTypeBehind } from '../system-types/known.sql.js';
import { BlockTypesService } from '../types/block-types.service.js';
import { levelsMax } from './assemble.js';
import * as queries from './block-documents.queries.js';
import { findOwnReferences, lockReferences, lookAround } from './document-graph.sql.js';
import { DocumentReader, type Reading } from './document-reader.js';
import { letGoOfDocuments } from './holders.sql.js';
import { separateReferences, type References } from './references.js';
import { SecretFields } from './secret-fields.js';

const documentNotFound = () => notFound('Block document not found');

/** The use cases of block documents. Their data is sealed at rest, whole. */
@Injectable()
export class BlockDocumentsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(Secrets) private readonly secrets: Secrets,
    @Inject(BlockTypesService) private readonly types: BlockTypesService,
    @Inject(BlockSchemasService) private readonly schemas: BlockSchemasService,
    @Inject(DocumentReader) private readonly reader: DocumentReader,
  ) {}

  /** Secrets are shown to those who ask for them and may see them; to all others they are masked. */
  private async reading(ctx: Ctx, secrets: boolean): Promise<Reading> {
    const vault = await this.secrets.vaultOf(ctx.workspaceId);
    return { vault, secrets: secrets && ctx.scopes.has('see_secret_blocks') };
  }

  async get(ctx: Ctx, id: string, secrets: boolean): Promise<BlockDocumentJson> {
    const [document] = await this.reader.read(ctx, this.database.db, await this.reading(ctx, secrets), [id]);
    if (!document) throw documentNotFound();
    return document;
  }

  async getByName(ctx: Ctx, slug: string, name: string, secrets: boolean): Promise<BlockDocumentJson> {
    const id = await queries.findDocumentId(this.database.db, ctx.workspaceId, slug, name);
    if (!id) throw documentNotFound();
    return this.get(ctx, id, secrets);
  }

  async list(
    ctx: Ctx,
    filters: BlockDocumentFilters,
    secrets: boolean,
    page: queries.DocumentPage,
  ): Promise<BlockDocumentJson[]> {
    const ids = await queries.listDocumentIds(this.database.db, ctx.workspaceId, filters, page);
    return this.reader.read(ctx, this.database.db, await this.reading(ctx, secrets), ids);
  }

  async listOfType(ctx: Ctx, slug: string, secrets: boolean): Promise<BlockDocumentJson[]> {
    const { id } = await this.types.getBySlug(ctx, slug);
    const filters = { block_documents: { block_type_id: { any_: [id] } } } as BlockDocumentFilters;
    return this.list(ctx, filters, secrets, { limit: null, offset: 0 });
  }

  count(ctx: Ctx, filters: BlockDocumentFilters): Promise<number> {
    return queries.countDocuments(this.database.db, ctx.workspaceId, filters);
  }

  /** The vault may have to make a key, over a connection of its own. */
  async prepareCreate(ctx: Ctx, body: BlockDocumentCreate) {
    const reading = await this.reading(ctx, false);
    const { plain, references } = separateReferences(body.data);
    const { block_type_id, block_schema_id, is_anonymous } = body;
    const id = newId();
    const name = body.name ?? `anonymous-${randomUUID()}`;
    const sealed = this.reader.seal(ctx, reading, id, plain);
    return { reading, references, draft: { id, name, block_type_id, block_schema_id, is_anonymous, sealed } };
  }

  async create(
    ctx: Ctx,
    tx: Db,
    { reading, references, draft }: Awaited<ReturnType<BlockDocumentsService['prepareCreate']>>,
  ): Promise<BlockDocumentJson> {
    await this.ensureSystemTypes(ctx, tx, [draft.block_type_id, draft.block_schema_id]);
    if (!(await queries.insertDocument(tx, ctx.workspaceId, draft))) throw conflict('Block already exists');
    await this.saveReferences(ctx, tx, draft.id, references);
    const [document] = await this.reader.read(ctx, tx, reading, [draft.id]);
    await this.work.tell(ctx, tx, blockDocumentEvents('created', document!));
    return document!;
  }

  async prepareUpdate(ctx: Ctx, { id, change }: { id: string; change: BlockDocumentUpdate }) {
    return { id, change, reading: await this.reading(ctx, false) };
  }

  async update(
    ctx: Ctx,
    tx: Db,
    { id, change, reading }: Awaited<ReturnType<BlockDocumentsService['prepareUpdate']>>,
  ): Promise<BlockDocumentJson> {
    const row = await queries.lockDocument(tx, ctx.workspaceId, id);
    if (!row) throw documentNotFound();
    const block_schema_id = await this.nextSchema(ctx, tx, row, change);
    const { plain, references } = await this.nextData(ctx, tx, reading, row, change);
    await queries.updateDocument(tx, ctx.workspaceId, id, {
      block_schema_id,
      sealed: this.reader.seal(ctx, reading, id, plain),
    });
    if (references) await this.saveReferences(ctx, tx, id, references);
    const [document] = await this.reader.read(ctx, tx, reading, [id]);
    await this.work.tell(ctx, tx, blockDocumentEvents('updated', document!));
    return document!;
  }

  async prepareDelete(ctx: Ctx, id: string): Promise<BlockDocumentJson> {
    const document = await this.reader.readAlone(ctx, this.database.db, await this.reading(ctx, false), id);
    if (!document) throw documentNotFound();
    return document;
  }

  async delete(ctx: Ctx, tx: Db, document: BlockDocumentJson): Promise<BlockDocumentJson> {
    const { id } = document;
    await letGoOfDocuments(tx, ctx.workspaceId, { id });
    if (!(await queries.deleteDocument(tx, ctx.workspaceId, id))) throw documentNotFound();
    await this.work.tell(ctx, tx, blockDocumentEvents('deleted', document));
    return document;
  }

  /** A document moves only to another schema of its own type. */
  private async nextSchema(
    ctx: Ctx,
    tx: Db,
    row: queries.BlockDocumentRow,
    { block_schema_id: wanted }: BlockDocumentUpdate,
  ): Promise<string> {
    if (!wanted || wanted === row.block_schema_id) return row.block_schema_id;
    const [schema] = await this.schemas.find(ctx, tx, [wanted]);
    if (!schema) throw conflict(`Data integrity conflict. There is no block schema with id: ${wanted}.`);
    if (schema.block_type_id !== row.block_type_id)
      throw badRequest('Must migrate block document to a block schema of the same block type.');
    await this.ensureSystemTypes(ctx, tx, [wanted]);
    return wanted;
  }

  /** What is not spoken of stays, unless all of it is replaced. `references` is null when they stay as they are. */
  private async nextData(
    ctx: Ctx,
    tx: Db,
    reading: Reading,
    row: queries.BlockDocumentRow,
    { data, merge_existing_data: merges }: BlockDocumentUpdate,
  ): Promise<{ plain: Record<string, unknown>; references: References | null }> {
    const current = this.reader.open(ctx, reading, row);
    if (data === undefined && merges) return { plain: current, references: null };
    const given = data ?? {};
    const [schema] = await this.schemas.find(ctx, tx, [row.block_schema_id]);
    const { plain, references } = separateReferences(SecretFields.of(schema!).unmasked(given, current));
    if (!merges) return { plain, references };
    const stays = ([key]: [string, unknown]) => !Object.hasOwn(given, key);
    const own = await findOwnReferences(tx, ctx.workspaceId, row.id);
    const kept = own.map(({ name, child_id }): [string, string] => [name, child_id]).filter(stays);
    const nested = new Map([...kept, ...references]);
    const merged = Object.entries({ ...current, ...plain }).filter(([key]) => !nested.has(key));
    return { plain: Object.fromEntries(merged), references: nested };
  }

  private async saveReferences(ctx: Ctx, tx: Db, id: string, references: References): Promise<void> {
    if (references.size > 0) {
      await lockReferences(tx, ctx.workspaceId);
      const { circle, levels } = await lookAround(tx, ctx.workspaceId, id, [...references.values()], levelsMax);
      if (circle)
        throw badRequest(
          `Cannot create block document reference: it would introduce a cycle into the block_document_reference graph (parent=${id}, reference=${circle}).`,
        );
      if (levels > levelsMax)
        throw badRequest(`Block document reference graph exceeds max depth ${levelsMax}; refusing to recurse further.`);
    }
    await queries.replaceReferences(tx, ctx.workspaceId, id, references);
  }

  private async ensureSystemTypes(ctx: Ctx, tx: Db, ids: string[]): Promise<void> {
    for (const typeId of new Set(ids.flatMap((id) => systemTypeBehind(id) ?? [])))
      await ensureSystemType(tx, ctx.workspaceId, typeId);
  }
}
