import type { Ctx } from '../access/ctx.js';
import type { WireEvent } from '../events/events.js';
import { iterateEach } from './iterate.js';
import { topics, type Live } from './live.js';
import type { lookAgain } from './look-again.js';

/** The ids of the things of a kind that events tell of, from now on. `kind` is how their resources begin. */
export const changedIds = (live: Live, ctx: Ctx, kind: string): AsyncIterableIterator<string | typeof lookAgain> =>
  iterateEach<WireEvent[], string>(
    live,
    ctx,
    topics.events(ctx.workspaceId),
    (events) =>
      events.flatMap(({ resource }) => {
        const id = resource['prefect.resource.id'] ?? '';
        return id.startsWith(kind) ? id.slice(kind.length) : [];
      }),
    async (ids) => ids,
  );
