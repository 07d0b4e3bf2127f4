import { Inject, Injectable } from '@nestjs/common';
import type { DeploymentUpdate } from '@headgate/contracts/rest/deployments';
import type { Ctx } from '../../core/access/ctx.js';
import type { Db } from '../../core/db/db.js';
import { notFound } from '../../core/errors/app-error.js';
import { ConcurrencyService } from '../concurrency/index.js';
import type { DeploymentRow } from './deployment.js';
import * as queries from './deployments.queries.js';

type Wish = Pick<Partial<DeploymentUpdate>, 'concurrency_limit' | 'global_concurrency_limit_id'>;

const limitKeys = ['concurrency_limit', 'concurrency_options', 'global_concurrency_limit_id'];
const ownLimit = (id: string) => `deployment:${id}`;

/** How many runs of a deployment may go on at once: a limit of its own, or one that it shares with others. */
@Injectable()
export class LimitOfDeployment {
  constructor(@Inject(ConcurrencyService) private readonly concurrency: ConcurrencyService) {}

  /** What the wish does not speak of stays; null unlinks, and deletes a limit that was the deployment's own. */
  async save(ctx: Ctx, tx: Db, id: string, wish: Wish, before: DeploymentRow | null): Promise<void> {
    const wanted = await this.wanted(ctx, tx, id, wish);
    if (wanted === undefined || wanted === (before?.concurrency_limit_id ?? null)) return;
    await queries.updateDeployment(tx, ctx.workspaceId, id, { concurrency_limit_id: wanted });
    if (before?.concurrency_limit_id && before.limit_name === ownLimit(id))
      await this.concurrency.deleteLimit(ctx, tx, before.concurrency_limit_id);
  }

  /** After the commit: with another limit, or another way to keep it, runs may start that waited. */
  async tell(ctx: Ctx, id: string, wish: object, before: DeploymentRow | null): Promise<void> {
    if (before?.concurrency_limit_id && limitKeys.some((key) => key in wish)) await this.concurrency.wake(ctx, id);
  }

  private async wanted(ctx: Ctx, tx: Db, id: string, wish: Wish): Promise<string | null | undefined> {
    const { concurrency_limit: size, global_concurrency_limit_id: shared } = wish;
    if (size) return this.concurrency.ensureLimit(ctx, tx, ownLimit(id), size);
    if (!shared) return size === null || shared === null ? null : undefined;
    if (!(await queries.limitExists(tx, ctx.workspaceId, shared))) throw notFound('Concurrency limit not found');
    return shared;
  }
}
