import type { Actor } from '../../../core/access/ctx.js';

/** The person who brought a state about, as its row keeps them: they and their key may be gone when it is read. */
export type StateActor = { id: string; name: string; key?: { id: string; name: string } };

export function stateActor(actor: Actor): StateActor | null {
  if (actor.kind !== 'user') return null;
  const { userId: id, name } = actor;
  return actor.via === 'api-key' ? { id, name, key: { id: actor.apiKeyId, name: actor.apiKeyName } } : { id, name };
}

export const stateActorWords = ({ name, key }: StateActor): string => (key ? `${name}, with key ${key.name}` : name);
