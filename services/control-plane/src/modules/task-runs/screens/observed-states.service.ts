import { Inject, Injectable } from '@nestjs/common';
import type { ObservedStateJson } from '@headgate/contracts/rest/answers/screens';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { findObservedStates } from './observed-states.queries.js';

type Asked = { query?: string | null | undefined; order_by: 'NAME_ASC' | 'LAST_SEEN_DESC'; limit: number };

/** Types and names of states that the histories of flow runs and task runs hold. */
@Injectable()
export class ObservedStates {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Those whose type or name begins with the words, in any case. */
  async list(ctx: Ctx, { query, order_by, limit }: Asked): Promise<ObservedStateJson[]> {
    const prefix = query?.trim().toLowerCase() ?? '';
    const states = await findObservedStates(this.database.db, ctx.workspaceId);
    const wanted = states.filter(({ state_type, state_name }) =>
      [state_type, state_name].some((text) => text.toLowerCase().startsWith(prefix)),
    );
    const byName = (one: ObservedStateJson, other: ObservedStateJson) =>
      compare(one.state_type, other.state_type) || compare(one.state_name, other.state_name);
    const byTime = (one: ObservedStateJson, other: ObservedStateJson) =>
      compare(other.last_seen, one.last_seen) || byName(one, other);
    return wanted.sort(order_by === 'NAME_ASC' ? byName : byTime).slice(0, limit);
  }
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
