import { pino } from 'pino';
import { systemCtx, type AccountCtx, type Ctx } from '../src/core/access/ctx.js';

const log = pino({ level: 'silent' });

/** Who asks, for tests that call use cases and not doors. */
export const ctxFor = ({ workspaceId }: { workspaceId: string }, more: Partial<Ctx> = {}): Ctx => ({
  ...systemCtx(workspaceId, 'test', log),
  ...more,
});

export const accountCtxFor = (userId: string): AccountCtx => ({
  actor: {
    kind: 'user',
    userId,
    name: 'Test User',
    until: Infinity,
    via: 'session',
    sessionId: crypto.randomUUID(),
  },
  requestId: 'test',
  log,
});
