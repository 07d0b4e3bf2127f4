import { Inject, Injectable } from '@nestjs/common';
import type { BlockDocumentJson, BlockSchemaJson } from '@headgate/contracts/rest/blocks';
import type { Ctx } from '../../../core/access/ctx.js';
import type { Db } from '../../../core/db/db.js';
import { parseExact, stringifyExact, type JsonObject } from '../../../core/json/exact-json.js';
import type { Vault } from '../../../core/secrets/vault.js';
import { childrenBeyond } from '../children.js';
import { BlockSchemasService } from '../schemas/block-schemas.service.js';
import { BlockTypesService } from '../types/block-types.service.js';
import { assembleDocument, type OpenDocument } from './assemble.js';
import { findDocuments, type BlockDocumentRow } from './block-documents.queries.js';
import { findReferences } from './document-graph.sql.js';
import { masked, secretFieldsOf } from './secret-fields.js';

/** With which key documents are read, and whether their secrets are shown. */
export type Reading = { vault: Vault; secrets: boolean };

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
    const { workspaceId } = ctx;
    const roots = await findDocuments(db, workspaceId, ids);
    const parents = roots.filter(({ nests }) => nests).map(({ id }) => id);
    const references = await findReferences(db, workspaceId, parents);
    const nested = await findDocuments(db, workspaceId, childrenBeyond(references, ids));
    const rows = [...roots, ...nested];
    const [schemaIds, typeIds] = [unique(rows, 'block_schema_id'), unique(rows, 'block_type_id')];
    const schemas = new Map((await this.schemas.find(ctx, db, schemaIds)).map((each) => [each.id, each]));
    const types = await this.typesOf(ctx, db, typeIds, [...schemas.values()]);
    const documents = new Map(
      rows.flatMap(({ sealed, nests: _, ...row }): [string, OpenDocument][] => {
        const schema = schemas.get(row.block_schema_id);
        // What was deleted while we read is gone, with all that goes with it.
        if (!schema || !types.has(row.block_type_id)) return [];
        const data = this.open(ctx, reading, { ...row, sealed });
        return [[row.id, { ...row, data: reading.secrets ? data : masked(data, secretFieldsOf(schema)) }]];
      }),
    );
    const whole = references.filter(({ child_id }) => documents.has(child_id));
    const from = { documents, schemas, types, references: whole };
    return ids.flatMap((id) => (documents.has(id) ? assembleDocument(id, from) : []));
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
