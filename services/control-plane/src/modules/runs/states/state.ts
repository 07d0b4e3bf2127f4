import {
  defaultStateName,
  emptyStateDetails,
  type StateDetails,
  type StateJson,
  type StateType,
} from '@headgate/contracts';

/** A state that somebody proposes: the server gives it its id and its time. */
export type Proposed = { type: StateType; name: string; message: string | null; data: unknown; details: StateDetails };

export type ProposedInput = {
  type: StateType;
  name?: string | null | undefined;
  message?: string | null | undefined;
  data?: unknown;
  state_details?: { [K in keyof StateDetails]?: StateDetails[K] | null | undefined } | null | undefined;
};

/** Fills in what a proposal leaves out. SCHEDULED without a time means now. */
export function propose(input: ProposedInput, now: string): Proposed {
  const details = { ...emptyStateDetails, ...(named(input.state_details ?? {}) as Partial<StateDetails>) };
  if (input.type === 'SCHEDULED') details.scheduled_time ??= now;
  return {
    type: input.type,
    name: input.name ?? defaultStateName(input.type),
    message: input.message ?? null,
    data: input.data ?? null,
    details,
  };
}

/** What is said, be it null: of `deferred` that is not the default, and answered as it came. */
function named<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** `data` that stands for a stored result: any object that does not say it is not persisted. */
export const isPersisted = (data: unknown): boolean =>
  typeof data === 'object' &&
  data !== null &&
  !Array.isArray(data) &&
  (data as { type?: unknown }).type !== 'unpersisted';

/** What is stored of the details: only what differs from the default. */
export function compactDetails(details: StateDetails): Partial<StateDetails> {
  const entries = Object.entries(details).filter(
    ([key, value]) => value !== emptyStateDetails[key as keyof StateDetails],
  );
  return Object.fromEntries(entries) as Partial<StateDetails>;
}

/** A stored state with all its keys again. */
export function expandState(stored: StateJson | null): StateJson | null {
  return stored && { ...stored, state_details: { ...emptyStateDetails, ...stored.state_details } };
}
