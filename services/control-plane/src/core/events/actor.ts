import type { Actor, Ctx } from '../access/ctx.js';
import type { EventDraft, Resource } from './events.js';

/** Who it was, for those who read of it: a person, and the key that acted for them. */
export const actorWords = (actor: Actor): string =>
  actor.kind === 'user' && actor.via === 'api-key' ? `${actor.name}, with key ${actor.apiKeyName}` : actor.name;

/** A person as events name them; role and labels are Prefect Cloud's, but for the key. Null for machines of ours. */
export function actorResource(actor: Actor): Resource | null {
  if (actor.kind !== 'user') return null;
  return {
    'prefect.resource.id': `prefect-cloud.actor.${actor.userId}`,
    'prefect.resource.role': 'actor',
    'prefect.resource.name': actor.name,
    ...(actor.via === 'api-key' && {
      'headgate.api-key.id': actor.apiKeyId,
      'headgate.api-key.name': actor.apiKeyName,
    }),
  };
}

/** What somebody did tells who. */
export function withActor({ actor }: Ctx, drafts: EventDraft[]): EventDraft[] {
  const by = actorResource(actor);
  return by ? drafts.map((draft) => ({ ...draft, related: [...(draft.related ?? []), by] })) : drafts;
}
