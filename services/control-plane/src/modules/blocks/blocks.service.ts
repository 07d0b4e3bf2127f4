import { Inject, Injectable } from '@nestjs/common';
import { isUuid } from '@headgate/contracts';
import type { BlockDocumentJson } from '@headgate/contracts/rest/blocks';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { notFound } from '../../core/errors/app-error.js';
import { withPlainNumbers } from '../../core/json/exact-json.js';
import { Secrets } from '../../core/secrets/secrets.js';
import { documentExists } from './documents/block-documents.queries.js';
import { DocumentReader } from './documents/document-reader.js';

/** What other modules may know of blocks. */
@Injectable()
export class BlocksService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Secrets) private readonly secrets: Secrets,
    @Inject(DocumentReader) private readonly reader: DocumentReader,
  ) {}

  exists(ctx: Ctx, db: Db, id: string): Promise<boolean> {
    return documentExists(db, ctx.workspaceId, id);
  }

  /** Whole, for our own use: `secrets` only where they are needed, and never on the way to somebody. */
  async getDocument(ctx: Ctx, id: string, { secrets = false } = {}): Promise<BlockDocumentJson> {
    const vault = await this.secrets.vaultOf(ctx.workspaceId);
    const [document] = await this.reader.read(ctx, this.database.db, { vault, secrets }, [id]);
    if (!document) throw notFound('Block not found.');
    return withPlainNumbers(document).plain;
  }

  /**
   * `{"$ref": {"block_document_id": id}}` stands for the data of that block, with its secrets masked; any other value
   * for itself. Undefined for a reference that names nothing. However many there are, they are read at once.
   */
  async inlineData(ctx: Ctx, values: unknown[]): Promise<unknown[]> {
    const ids = values.map(referredId);
    const wanted = [...new Set(ids.filter((id) => typeof id === 'string'))];
    if (wanted.length === 0) return values.map((value, at) => (ids[at] === null ? undefined : value));
    const vault = await this.secrets.vaultOf(ctx.workspaceId);
    const read = await this.reader.read(ctx, this.database.db, { vault, secrets: false }, wanted);
    const found = new Map(read.map((document) => [document.id, withPlainNumbers(document).plain.data]));
    return values.map((value, at) => {
      const id = ids[at];
      if (typeof id !== 'string') return id === null ? undefined : value;
      if (!found.has(id)) throw notFound('Block not found.');
      return found.get(id);
    });
  }
}

/** The block that a value stands for; null for a reference that names nothing, undefined for any other value. */
function referredId(value: unknown): string | null | undefined {
  if (typeof value !== 'object' || value === null || !('$ref' in value)) return undefined;
  const id = ((value.$ref ?? {}) as Record<string, unknown>)['block_document_id'];
  if (id === undefined || id === null) return null;
  if (!isUuid(id)) throw notFound('Block not found.');
  return id.toLowerCase();
}
