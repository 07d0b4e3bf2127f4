import { newId } from '@headgate/contracts';
import { schedulesMax, type ScheduleCreate, type ScheduleUpdate } from '@headgate/contracts/rest/deployments';
import { invalid } from '../../../core/errors/app-error.js';
import type { ScheduleRow } from '../deployment.js';
import type { ScheduleDraft } from './schedules.queries.js';

/** What an update of a deployment does to its schedules. */
export type ScheduleChanges = {
  replaceAll: boolean;
  create: ScheduleDraft[];
  patch: { id: string; renamed: boolean; patch: Partial<ScheduleDraft> }[];
};

export function refuseTooMany(count: number): void {
  if (count > schedulesMax) throw invalid(`A deployment has at most ${schedulesMax} schedules.`);
}

export function toDraft(given: ScheduleCreate | ScheduleUpdate): ScheduleDraft {
  if (!given.schedule) throw invalid('Unable to create new deployment schedules without a schedule configuration.');
  return {
    id: newId(),
    schedule: given.schedule,
    active: given.active ?? true,
    max_scheduled_runs: given.max_scheduled_runs ?? null,
    parameters: given.parameters ?? {},
    slug: given.slug ?? null,
  };
}

/**
 * Schedules with slugs are merged by them: what is not mentioned stays. Schedules without can only be replaced all at
 * once.
 */
export function mergeSchedules(stored: Pick<ScheduleRow, 'id' | 'slug'>[], given: ScheduleUpdate[]): ScheduleChanges {
  const slugged = stored.length > 0 && stored.every((each) => each.slug !== null);
  if (!slugged) return { replaceAll: true, create: given.map(toDraft), patch: [] };
  if (given.some((each) => (each.slug ?? null) === null))
    throw invalid('Please provide a slug for each schedule in your request to ensure schedules are updated correctly.');
  return mergeBySlug(new Map(stored.map((each) => [each.slug!, each.id])), given);
}

function mergeBySlug(stored: Map<string, string>, given: ScheduleUpdate[]): ScheduleChanges {
  const replaced = given.flatMap((each) => each.replaces ?? []);
  const twice = replaced.find((slug, at) => replaced.indexOf(slug) < at);
  if (twice) throw invalid(`Multiple schedules have 'replaces' targeting the same slug: ${twice}`);
  const changes: ScheduleChanges = { replaceAll: false, create: [], patch: [] };
  for (const each of given) {
    const renamed = each.replaces ? stored.get(each.replaces) : undefined;
    const taken = stored.has(each.slug!) && each.slug !== each.replaces && !replaced.includes(each.slug!);
    if (renamed && taken)
      throw invalid(
        `Cannot rename schedule from '${each.replaces}' to '${each.slug}': a schedule with slug '${each.slug}' already exists.`,
      );
    const id = renamed ?? stored.get(each.slug!);
    if (id) changes.patch.push({ id, renamed: renamed !== undefined, patch: patchOf(each) });
    else changes.create.push(toDraft(each));
  }
  refuseTooMany(stored.size + changes.create.length);
  return changes;
}

export function patchOf({
  schedule,
  active,
  max_scheduled_runs,
  parameters,
  slug,
}: ScheduleUpdate): Partial<ScheduleDraft> {
  return {
    ...(schedule && { schedule }),
    ...(typeof active === 'boolean' && { active }),
    ...(max_scheduled_runs !== undefined && { max_scheduled_runs }),
    ...(parameters && { parameters }),
    ...(typeof slug === 'string' && { slug }),
  };
}
