import fc from 'fast-check';
import type { Answer, Http } from './http.js';

/** One request about concurrency limits. Leases are named by the number of the step that took them. */
export type LimitStep =
  | { do: 'create'; name: string; limit: number; active: boolean; decay: number }
  | { do: 'change'; name: string; change: { limit?: number; active?: boolean } }
  | { do: 'delete'; name: string }
  | { do: 'take'; names: string[]; slots: number; mode: string; lease: boolean }
  | { do: 'give'; names: string[]; slots: number; seconds: number | null }
  | { do: 'release' | 'renew'; lease: number }
  | { do: 'tag'; tag: string; limit: number }
  | { do: 'takeTags'; tags: string[] }
  /** Of the last task run that took some, or the one before it, and so on. */
  | { do: 'giveTags'; tags: string[]; task: number };

const names = ['a', 'b', 'rate'];
const tags = ['x', 'y'];
const someNames = fc.uniqueArray(fc.constantFrom(...names, 'absent', 'tag:x'), { minLength: 1, maxLength: 3 });
/** The reference divides by the limit when it is told for how long slots were held: not those whose limit may be 0. */
const givenNames = fc.uniqueArray(fc.constantFrom(...names, 'absent'), { minLength: 1, maxLength: 3 });
const someTags = fc.uniqueArray(fc.constantFrom(...tags, 'untold'), { minLength: 1, maxLength: 3 });
const task = fc.nat({ max: 2 });
const kind = <T extends string>(name: T) => fc.constant(name);

const step: fc.Arbitrary<LimitStep> = fc.oneof(
  fc.record({
    do: kind('create'),
    name: fc.constantFrom(...names),
    limit: fc.constantFrom(1, 2, 5),
    active: fc.constantFrom(true, true, false),
    decay: fc.constant(0),
  }),
  fc.record({
    do: kind('change'),
    name: fc.constantFrom(...names, 'absent'),
    change: fc.constantFrom({ limit: 1 }, { limit: 3 }, { active: false }, { active: true }),
  }),
  fc.record({ do: kind('delete'), name: fc.constantFrom(...names, 'absent') }),
  {
    weight: 6,
    arbitrary: fc.record({
      do: kind('take'),
      names: someNames,
      slots: fc.constantFrom(1, 1, 2, 4, 0),
      mode: fc.constantFrom('concurrency', 'concurrency', 'rate_limit'),
      lease: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: kind('give'),
      names: givenNames,
      slots: fc.constantFrom(1, 2),
      seconds: fc.constantFrom(null, 1, 60),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'renew' as const), lease: fc.nat({ max: 20 }) }),
  },
  fc.record({ do: kind('tag'), tag: fc.constantFrom(...tags), limit: fc.constantFrom(0, 1, 2) }),
  { weight: 3, arbitrary: fc.record({ do: kind('takeTags'), tags: someTags }) },
  { weight: 2, arbitrary: fc.record({ do: kind('giveTags'), tags: someTags, task }) },
);

/**
 * Two limits, one that decays as slowly as nothing, two tags, and then anything; but for resets and deletions of tags, where
 * the reference loses count.
 */
export const limitSequence: fc.Arbitrary<LimitStep[]> = fc
  .array(step, { minLength: 6, maxLength: 24 })
  .map((rest) => [
    { do: 'create', name: 'a', limit: 2, active: true, decay: 0 },
    { do: 'create', name: 'b', limit: 1, active: true, decay: 0 },
    { do: 'create', name: 'rate', limit: 5, active: true, decay: 1e-9 },
    { do: 'tag', tag: 'x', limit: 1 },
    { do: 'tag', tag: 'y', limit: 2 },
    ...rest,
  ]);

const taskId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** `takers`: the task runs that took slots of tags, the last one last. */
type World = { http: Http; own: (name: string) => string; leases: Map<number, string>; takers: string[] };

/** Plays a sequence; answers what was seen, one line per step, without ids and times. Names are its own. */
export async function playLimits(http: Http, steps: LimitStep[]): Promise<string[]> {
  const suffix = `-${Math.random()}`;
  const world: World = { http, own: (name) => name + suffix, leases: new Map(), takers: [] };
  const seen: string[] = [];
  for (const [at, step] of steps.entries()) {
    const answer = await act(world, step, at);
    seen.push(`${at} ${Object.values(step).map(String).join(' ')}: ${lineOf(answer, suffix)} | ${await look(world)}`);
  }
  for (const name of names) await http('DELETE', `/v2/concurrency_limits/${world.own(name)}`);
  for (const tag of tags) await http('DELETE', `/concurrency_limits/tag/${world.own(tag)}`);
  return seen;
}

async function act({ http, own, leases, takers }: World, step: LimitStep, at: number): Promise<Answer | null> {
  const v2 = '/v2/concurrency_limits';
  const v1 = '/concurrency_limits';
  switch (step.do) {
    case 'create': {
      const { limit, active, decay } = step;
      return http('POST', `${v2}/`, { name: own(step.name), limit, active, slot_decay_per_second: decay });
    }
    case 'change':
      return http('PATCH', `${v2}/${own(step.name)}`, step.change);
    case 'delete':
      return http('DELETE', `${v2}/${own(step.name)}`);
    case 'take': {
      const wanted = { names: step.names.map(own), slots: step.slots, mode: step.mode };
      const answer = await http('POST', `${v2}/${step.lease ? 'increment-with-lease' : 'increment'}`, wanted);
      if (answer.body?.lease_id) leases.set(at, answer.body.lease_id);
      return answer;
    }
    case 'give': {
      const { slots, seconds } = step;
      return http('POST', `${v2}/decrement`, { names: step.names.map(own), slots, occupancy_seconds: seconds });
    }
    case 'release':
    case 'renew': {
      const id = leases.get(step.lease);
      if (!id) return null;
      return step.do === 'renew'
        ? http('POST', `${v2}/leases/${id}/renew`, { lease_duration: 60 })
        : http('POST', `${v2}/decrement-with-lease`, { lease_id: id });
    }
    case 'tag':
      return http('POST', `${v1}/`, { tag: own(step.tag), concurrency_limit: step.limit });
    case 'takeTags': {
      // Each for another task run: taken again for the same one, the reference has two slots, and we one, on purpose.
      takers.push(taskId(at));
      return http('POST', `${v1}/increment`, { names: step.tags.map(own), task_run_id: taskId(at) });
    }
    case 'giveTags': {
      const taker = takers.at(-1 - step.task) ?? taskId(999);
      return http('POST', `${v1}/decrement`, { names: step.tags.map(own), task_run_id: taker });
    }
  }
}

function lineOf(answer: Answer | null, suffix: string): string {
  if (!answer) return 'nothing to do';
  const { status, body, headers } = answer;
  const retry = Number(headers?.['retry-after']) >= 0 ? ', with a time to come back' : '';
  const list: { name: string; limit: number }[] = body?.limits ?? (Array.isArray(body) ? body : []);
  const told = list.map(({ name, limit }) => `${name}=${limit}`).sort();
  // Which of several full tags is named, and what a conflict is called, is not laid down.
  const said = typeof body?.detail === 'string' && status !== 409 ? body.detail : '';
  const detail = said.replace(/the \S+ tag/, 'a tag');
  return `${status} ${told.join(' ')}${detail}${retry}`.replaceAll(suffix, '');
}

async function look({ http, own }: World): Promise<string> {
  const limits = await Promise.all(
    names.map(async (name) => {
      const { status, body } = await http('GET', `/v2/concurrency_limits/${own(name)}`);
      return status === 200
        ? `${name} ${body.active_slots}/${body.limit}${body.active ? '' : ' off'}`
        : `${name} ${status}`;
    }),
  );
  const tagged = await Promise.all(
    tags.map(async (tag) => {
      const { status, body } = await http('GET', `/concurrency_limits/tag/${own(tag)}`);
      if (status !== 200) return `${tag} ${status}`;
      const holders = body.active_slots.map((id: string) => Number(id.slice(-12))).sort();
      return `${tag} [${holders}]/${body.concurrency_limit}`;
    }),
  );
  return [...limits, ...tagged].join(', ');
}
