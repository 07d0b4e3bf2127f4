import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { invalid, notFound } from '../../core/errors/app-error.js';
import { BlocksService } from '../blocks/index.js';
import { clearResultStorage, findResultStorage, saveResultStorage } from './result-storage.queries.js';

/** What a block has to be able to do, so that results can be written with it. */
const capability = 'write-path';

/** The block by which flows of a workspace store results when they do not say how. The results never come here. */
@Injectable()
export class ResultStorageService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BlocksService) private readonly blocks: BlocksService,
  ) {}

  /** A block that has been deleted since counts as none. */
  async get(ctx: Ctx): Promise<string | null> {
    const id = await findResultStorage(this.database.db, ctx.workspaceId);
    return id && (await this.blocks.exists(ctx, this.database.db, id)) ? id : null;
  }

  async set(ctx: Ctx, tx: Db, blockDocumentId: string): Promise<void> {
    if (!(await this.blocks.exists(ctx, tx, blockDocumentId)))
      throw notFound(`Block document ${blockDocumentId} not found.`);
    const { block_schema: schema } = await this.blocks.getDocument(ctx, blockDocumentId);
    if (!schema.capabilities.includes(capability))
      throw invalid(`Block document ${blockDocumentId} cannot be used for result storage.`);
    await saveResultStorage(tx, ctx.workspaceId, blockDocumentId);
  }

  clear(ctx: Ctx, tx: Db): Promise<void> {
    return clearResultStorage(tx, ctx.workspaceId);
  }
}
