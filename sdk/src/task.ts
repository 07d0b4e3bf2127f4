import { currentFrame } from './context.js';
import { rowsOf } from './engine/inputs.js';
import { beginTask, type TaskDefinition } from './engine/run-task.js';
import type { Future, Unmapped } from './future.js';
import { refuseWrongTask, type TaskOptions } from './options.js';
import type { State } from './states.js';

/** What a task gives when it returns `R`: of a state, what it carries. */
export type ResultOf<R> = Awaited<R> extends infer Value ? (Value extends State<infer T> ? T : Value) : never;

/** A value, or the future of one; in lists, each entry. */
export type Given<T> =
  | T
  | Future<T>
  | (T extends readonly (infer Entry)[] ? readonly (Entry | Future<Entry>)[] : never);
type GivenAll<Args extends unknown[]> = { [Index in keyof Args]: Given<Args[Index]> };
type Mapped<T> =
  | Iterable<T | Future<T>>
  | Unmapped<T>
  | (T extends string ? T : T extends Iterable<unknown> ? never : T);
type MappedAll<Args extends unknown[]> = { [Index in keyof Args]: Mapped<Args[Index]> };

export interface Task<Args extends unknown[], Result> {
  /** Runs the task and gives what it returns. Throws what it throws, after its retries. */
  (...args: GivenAll<Args>): Promise<Result>;
  readonly taskName: string;
  readonly options: TaskOptions<Args>;
  /** Starts the task without waiting for it. */
  submit(...args: GivenAll<Args>): Future<Result>;
  /** Starts the task once for each entry; lists have to be equally long. */
  map(...args: MappedAll<Args>): Future<Result>[];
  /** The same task with some options changed. */
  withOptions(options: TaskOptions<Args>): Task<Args, Result>;
}

/**
 * Makes a task of a function: a step of a flow, with retries, a time limit, a cache, and a state that is reported.
 *
 * @example
 * const fetchPage = task(async (url: string) => (await fetch(url)).text(), { name: 'fetch page', retries: 3, retryDelaySeconds: 1 });
 * const page = await fetchPage('https://example.com');
 */
export function task<Args extends unknown[], R>(
  fn: (...args: Args) => R,
  options: TaskOptions<Args> = {},
): Task<Args, ResultOf<R>> {
  refuseWrongTask(fn, options, task);
  const name = options.name ?? fn.name ?? '';
  if (name === '') throw new Error("A task needs a name: give the function one, or task(fn, { name: '…' }).");
  const definition: TaskDefinition = {
    fn: fn as TaskDefinition['fn'],
    name,
    parameterNames: parameterNames(fn),
    options,
  };
  const made = {
    taskName: name,
    options,
    submit: (...args: unknown[]) => submit(definition, args),
    map: (...args: unknown[]) => rowsOf(args, name).map((row) => submit(definition, row)),
    withOptions: (changes: TaskOptions<Args>) => task(fn, { ...options, ...changes }),
  };
  const call = (...args: unknown[]) => beginTask(definition, args).result();
  return Object.assign(call, made) as unknown as Task<Args, ResultOf<R>>;
}

/** A flow waits for what was submitted in it. Tasks that submit tasks are not held back: they could wait for each other for ever. */
function submit(definition: TaskDefinition, args: unknown[]): Future<unknown> {
  const frame = currentFrame();
  const scope = frame?.scope ?? null;
  const bounded = scope && frame?.info.kind === 'flow';
  const future = beginTask(definition, args, (work) => (bounded ? scope.limiter.run(work) : work()));
  scope?.submitted.add(future);
  return future;
}

/** As written in the source; good enough for the labels of a graph. */
function parameterNames(fn: { toString(): string }): string[] {
  const inside = /^[^(]*\(([^)]*)\)/.exec(fn.toString().slice(0, 1000))?.[1] ?? '';
  if (/[{[]/.test(inside)) return [];
  return inside.split(',').flatMap((part) => /^\s*(?:\.\.\.)?([\w$]+)/.exec(part)?.[1] ?? []);
}
