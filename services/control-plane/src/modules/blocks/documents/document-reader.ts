import { Inject, Injectable } from '@nestjs/common';
import type { BlockDocumentJson, BlockSchemaJson } from '@headgate/contracts/rest/blocks';
import type { Ctx } from '../../../core/access/ctx.js';
import type { Db } from '../../../core/db/db.js';
import { Budget } from '../../../core/documents/budget.js';
import { oneByOne } from '../../../core/fair/in-slices.js';
import { parseExact, stringifyExact, type JsonObject } from '../../../core/json/exact-json.js';
import type { Vault } from '../../../core/secrets/vault.js';
import { childrenBeyond } from '../children.js';
import { BlockSchemasService } from '../schemas/block-schemas.service.js';
import { BlockTypesService } from '../types/block-types.service.js';
import { Assembly, type OpenDocument } from './assemble.js';
import { findDocuments, type BlockDocumentRow, type DocumentReference } from './block-documents.queries.js';
import { findReferences } from './document-graph.sql.js';
import { SecretFields } from './secret-fields.js';

/** With which key documents are read, and whether their secrets are shown. */
export type Reading = { vault: Vault; secrets: boolean };
type Row = Awaited<ReturnType<typeof findDocuments>>[number];

const placeOf = (workspaceId: string, id: string): string => `block document ${id} of ${workspaceId}`;

/** Opens documents and puts them together with the types, schemas and documents that belong to them. */
@Injectable()
export class DocumentReader {
  constructor(
    @Inject(BlockTypesService) private readonly types: BlockTypesService,
    @Inject(BlockSchemasService) private readonly schemas: BlockSchemasService,
  ) {}

  /** In the order of the ids; those that are not there are left out. */
  async read(ctx: Ctx, db: Db, reading: Reading, ids: string[]): Promise<BlockDocumentJson[]> {
    const roots = await findDocuments(db, ctx.workspaceId, ids);
    const parents = roots.filter(({ nests }) => nests).map(({ id }) => id);
    const references = await findReferences(db, ctx.workspaceId, parents);
    const nested = await findDocuments(db, ctx.workspaceId, childrenBeyond(references, ids));
    return this.putTogether(ctx, db, reading, { ids, rows: [...roots, ...nested], references });
  }

  /** Without what it nests: who deletes a document can do so however much that is. */
  async readAlone(ctx: Ctx, db: Db, reading: Reading, id: string): Promise<BlockDocumentJson | undefined> {
    const rows = await findDocuments(db, ctx.workspaceId, [id]);
    const [document] = await this.putTogether(ctx, db, reading, { ids: [id], rows, references: [] });
    return document;
  }

  private async putTogether(
    ctx: Ctx,
    db: Db,
    reading: Reading,
    { ids, rows, references }: { ids: string[]; rows: Row[]; references: DocumentReference[] },
  ): Promise<BlockDocumentJson[]> {
    const [schemaIds, typeIds] = [unique(rows, 'block_schema_id'), unique(rows, 'block_type_id')];
    const schemas = new Map((await this.schemas.find(ctx, db, schemaIds)).map((each) => [each.id, each]));
    const types = await this.typesOf(ctx, db, typeIds, [...schemas.values()]);
    // What was deleted while we read is gone, with all that goes with it.
    const there = rows.filter((row) => schemas.has(row.block_schema_id) && types.has(row.block_type_id));
    const secretFields = new Map(await oneByOne(schemas.values(), (each) => [each.id, SecretFields.of(each)] as const));
    const documents = new Map(
      await oneByOne(there, ({ sealed, nests: _, ...row }): [string, OpenDocument] => {
        const data = this.open(ctx, reading, { ...row, sealed });
        const shown = reading.secrets ? data : secretFields.get(row.block_schema_id)!.masked(data);
        return [row.id, { ...row, data: shown }];
      }),
    );
    const whole = references.filter(({ child_id }) => documents.has(child_id));
    const assembly = new Assembly({ documents, schemas, types, references: whole }, new Budget(ctx.workspaceId));
    return oneByOne(
      ids.filter((id) => documents.has(id)),
      (id) => assembly.document(id),
    );
  }

  /** Nearly always a document is of the type that its schema is of. */
  private async typesOf(ctx: Ctx, db: Db, ids: string[], schemas: BlockSchemaJson[]) {
    const known = new Map(schemas.map(({ block_type }) => [block_type.id, block_type]));
    const others = await this.types.find(
      ctx,
      db,
      ids.filter((id) => !known.has(id)),
    );
    return new Map([...known, ...others.map((each) => [each.id, each] as const)]);
  }

  seal({ workspaceId }: Ctx, { vault }: Reading, id: string, data: JsonObject): Buffer {
    return vault.seal(stringifyExact(data), placeOf(workspaceId, id));
  }

  open({ workspaceId }: Ctx, { vault }: Reading, { id, sealed }: Pick<BlockDocumentRow, 'id' | 'sealed'>): JsonObject {
    return parseExact(vault.open(sealed, placeOf(workspaceId, id)).toString()) as JsonObject;
  }
}

const unique = <Key extends keyof BlockDocumentRow>(rows: BlockDocumentRow[], key: Key) => [
  ...new Set(rows.map((row) => row[key])),
];
