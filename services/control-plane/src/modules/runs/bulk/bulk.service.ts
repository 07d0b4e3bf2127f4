import { Inject, Injectable } from '@nestjs/common';
import { bulkMax, type BulkStateResult } from '@headgate/contracts/rest/bulk-runs';
import type { Ctx } from '../../../core/access/ctx.js';
import { AppError } from '../../../core/errors/app-error.js';
import { charsOf, refuseCopies, rowsPerStatement } from '../../../core/fair/copies.js';
import { inSlices } from '../../../core/fair/in-slices.js';
import { sizeWithin } from '../../../core/json/json-size.js';
import type { Filters } from '../../filters/index.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import type { SetStateOptions } from '../moves/set-state.js';
import type { ProposedInput } from '../states/state.js';

/** So many move together. */
const sliceMax = 50;
/** Of states that stand, which nobody here has measured, so much is answered: the others are read with their runs. */
const answeredCharsMax = 16_000_000;

/** Which runs: the newest of those that the filter lets through, or of all. */
export type Chosen = { flow_runs?: Filters['flow_runs']; limit?: number | undefined };

/** The same thing done to many flow runs. */
@Injectable()
export class BulkRuns {
  constructor(@Inject(FlowRunsService) private readonly runs: FlowRunsService) {}

  /** The ids of the runs that went. */
  async delete(ctx: Ctx, chosen: Chosen): Promise<string[]> {
    const ids = await this.idsOf(ctx, chosen);
    const gone = new Set(await this.runs.deleteMany(ctx, ids));
    return ids.filter((id) => gone.has(id));
  }

  /**
   * Each run answers for itself: what one of them refuses does not keep the others from moving. The state is written for
   * each, which is looked at first: when some have moved, there is an answer.
   */
  async setState(
    ctx: Ctx,
    chosen: Chosen,
    proposed: ProposedInput,
    options: SetStateOptions,
  ): Promise<BulkStateResult[]> {
    const ids = await this.idsOf(ctx, chosen);
    const chars = charsOf(proposed);
    refuseCopies({ what: 'The state', chars, rows: 'flow runs' }, ids.length);
    const room = { chars: answeredCharsMax };
    const results = await inSlices(ids, rowsPerStatement(chars, sliceMax), (slice) =>
      Promise.all(slice.map(async (id) => within(room, await this.setStateOf(ctx, id, proposed, options)))),
    );
    return results.flat();
  }

  private async setStateOf(
    ctx: Ctx,
    id: string,
    proposed: ProposedInput,
    options: SetStateOptions,
  ): Promise<BulkStateResult> {
    try {
      const { status, state, details } = await this.runs.setState(ctx, id, proposed, options);
      return { flow_run_id: id, status, state, details };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const details = { type: 'abort_details', reason: error.message };
      return { flow_run_id: id, status: 'ABORT', state: null, details };
    }
  }

  private async idsOf(ctx: Ctx, { flow_runs, limit }: Chosen): Promise<string[]> {
    return this.runs.listIds(ctx, { flow_runs }, limit ?? bulkMax);
  }
}

/** Without its state where there is no room for that: what has changed is told in any case. */
function within(room: { chars: number }, result: BulkStateResult): BulkStateResult {
  const size = sizeWithin(result.state, room.chars);
  if (size === null) return { ...result, state: null };
  room.chars -= size;
  return result;
}
