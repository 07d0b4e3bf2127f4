import { isDeepStrictEqual } from 'node:util';
import { newId } from '@headgate/contracts';
import { schedulesMax, type ScheduleCreate, type ScheduleUpdate } from '@headgate/contracts/rest/deployments';
import { invalid } from '../../../core/errors/app-error.js';
import type { ScheduleRow } from '../deployment.js';
import type { ScheduleDraft } from './schedules.queries.js';

/** What an update of a deployment does to its schedules. */
export type ScheduleChanges = {
  remove: string[];
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
    declared_active: given.active ?? null,
    catch_up: given.catch_up ?? null,
  };
}

type Stored = Pick<ScheduleRow, 'id' | 'slug' | 'schedule' | 'parameters' | 'declared_active' | 'catch_up'>;

/**
 * Schedules with slugs are merged by them: what is not mentioned stays. Schedules without can only be replaced all at
 * once.
 */
export function mergeSchedules(stored: Stored[], given: ScheduleUpdate[]): ScheduleChanges {
  const slugged = stored.length > 0 && stored.every((each) => each.slug !== null);
  if (!slugged) return replaceSchedules(stored, given);
  if (given.some((each) => (each.slug ?? null) === null))
    throw invalid('Please provide a slug for each schedule in your request to ensure schedules are updated correctly.');
  return mergeBySlug(new Map(stored.map((each) => [each.slug!, each.id])), given);
}

/**
 * What takes the place of all that are stored. One that fires as before, with the same parameters, stays itself: the runs
 * that it made are known by it, so that no moment runs twice. Whether it is active changes when the code says something
 * else than when it was deployed last: what was switched off by hand since then stays off. How missed runs are caught up
 * on stays as well, unless it is said, also where another schedule takes the place of one.
 */
export function replaceSchedules(stored: Stored[], given: (ScheduleCreate | ScheduleUpdate)[]): ScheduleChanges {
  const left = [...stored];
  const changes: ScheduleChanges = { remove: [], create: [], patch: [] };
  for (const draft of given.map(toDraft)) {
    const alike = left.filter((each) => firesAlike(each, draft));
    const same = alike.find((each) => each.slug === draft.slug) ?? alike[0];
    if (!same) {
      changes.create.push({
        ...draft,
        catch_up: draft.catch_up ?? predecessorOf(draft, stored, given)?.catch_up ?? null,
      });
      continue;
    }
    left.splice(left.indexOf(same), 1);
    const { max_scheduled_runs, slug, active, declared_active, catch_up } = draft;
    const says = declared_active !== null && declared_active !== same.declared_active;
    changes.patch.push({
      id: same.id,
      renamed: same.slug !== slug,
      patch: { max_scheduled_runs, slug, ...(says && { active, declared_active }), ...(catch_up && { catch_up }) },
    });
  }
  return { ...changes, remove: left.map((each) => each.id) };
}

/** The one whose place a new schedule takes: of the same name, or the only one where it is the only one. */
const predecessorOf = ({ slug }: Pick<ScheduleDraft, 'slug'>, stored: Stored[], given: unknown[]): Stored | undefined =>
  slug === null
    ? stored.length === 1 && given.length === 1
      ? stored[0]
      : undefined
    : stored.find((each) => each.slug === slug);

const firesAlike = (stored: Stored, draft: Pick<ScheduleDraft, 'schedule' | 'parameters'>): boolean =>
  isDeepStrictEqual(stored.schedule, draft.schedule) && isDeepStrictEqual(stored.parameters, draft.parameters);

function mergeBySlug(stored: Map<string, string>, given: ScheduleUpdate[]): ScheduleChanges {
  const replaced = given.flatMap((each) => each.replaces ?? []);
  const twice = replaced.find((slug, at) => replaced.indexOf(slug) < at);
  if (twice) throw invalid(`Multiple schedules have 'replaces' targeting the same slug: ${twice}`);
  const changes: ScheduleChanges = { remove: [], create: [], patch: [] };
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
  catch_up,
}: ScheduleUpdate): Partial<ScheduleDraft> {
  return {
    ...(schedule && { schedule }),
    ...(typeof active === 'boolean' && { active }),
    ...(max_scheduled_runs !== undefined && { max_scheduled_runs }),
    ...(parameters && { parameters }),
    ...(typeof slug === 'string' && { slug }),
    ...(catch_up && { catch_up }),
  };
}
