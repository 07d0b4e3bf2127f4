import type { Actor } from '../../core/access/ctx.js';

/** Who made something, as the wire says it; null when it was nobody. */
export const creatorOf = (actor: Actor | undefined): { id: string; type: string; display_value: string } | null =>
  actor?.kind === 'user' ? { id: actor.userId, type: 'USER', display_value: actor.name } : null;
