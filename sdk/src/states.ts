import { defaultStateName, isTerminal, newId, type StateType } from '@headgate/contracts';
import { timestamp } from './clock.js';
import { RunFailedError } from './errors.js';

export type { StateType };

/** What goes along with a state; names as on the wire. Only keys that say something are there. */
export type Details = Record<string, unknown>;

/**
 * Where a run is. A flow or task may return one to decide by itself how it ends:
 *
 * @example
 * const check = flow(async () => (await allWell()) ? Completed({ message: 'All well' }) : Failed({ message: 'Look at the pump' }));
 */
export class State<T = unknown> {
  readonly id = newId();
  readonly timestamp = timestamp();

  constructor(
    readonly type: StateType,
    readonly name: string = defaultStateName(type),
    readonly message: string | null = null,
    /** What the run returned; stays in this process. */
    readonly data?: T,
    /** What the run threw. */
    readonly error?: unknown,
    readonly details: Details = {},
  ) {}

  get isFinal(): boolean {
    return isTerminal(this.type);
  }

  isCompleted(): boolean {
    return this.type === 'COMPLETED';
  }

  isFailed(): boolean {
    return this.type === 'FAILED';
  }

  /** What the run returned. Throws what it threw, or a `RunFailedError` with the message of the state. */
  result(): T {
    if (this.isCompleted()) return this.data as T;
    throw this.error ?? new RunFailedError(this.message ?? `The run ended ${this.name}.`);
  }

  /** The state with a message or details added; a new state, with a new id. */
  with(changes: { message?: string | null; details?: Details; data?: unknown }): State<T> {
    const { message = this.message, details = {} } = changes;
    return new State(this.type, this.name, message, 'data' in changes ? (changes.data as T) : this.data, this.error, {
      ...this.details,
      ...details,
    });
  }
}

type Told<T> = { message?: string; name?: string; data?: T };
const maker =
  (type: StateType) =>
  <T = undefined>({ message, name, data }: Told<T> = {}): State<T> =>
    new State<T>(type, name ?? defaultStateName(type), message ?? null, data as T);

/** Ends the run as completed, with a message or a name of your choice. */
export const Completed = maker('COMPLETED');
/** Ends the run as failed without an exception. It is retried as after an exception. */
export const Failed = maker('FAILED');
/** Ends the run as cancelled. */
export const Cancelled = maker('CANCELLED');

export const failedBy = (error: unknown, name?: string): State<never> =>
  new State<never>('FAILED', name, messageOf(error), undefined as never, error);

/** `Error: text`, as people read it in a list of runs. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message ? `${error.name}: ${error.message}` : error.name;
}

/** The state in the form in which it is proposed to the control plane. */
export const toProposal = (state: State, transitionId: string) => ({
  type: state.type,
  name: state.name,
  message: state.message,
  state_details: { ...state.details, transition_id: transitionId },
});
