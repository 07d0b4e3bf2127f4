import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { BlocksService } from '../../blocks/index.js';

/** Defaults of job variables that name a block: `{"$ref": {"block_document_id": …}}` stands for the block's data. */
@Injectable()
export class DefaultBlocks {
  constructor(@Inject(BlocksService) private readonly blocks: BlocksService) {}

  /** Undefined for a reference that names nothing: then there is no default. */
  resolved({ workspaceId }: Pick<Ctx, 'workspaceId'>, value: unknown): Promise<unknown> {
    return this.blocks.inlineData(workspaceId, value);
  }
}
