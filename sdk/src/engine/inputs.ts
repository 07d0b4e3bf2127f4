import { UpstreamError } from './upstream-error.js';
import { Future, Unmapped } from '../future.js';
import type { TaskInput } from '../report/task-run.js';

/** Which task run made a value, so that the graph also knows of values that were awaited before they were handed on. */
const makers = new WeakMap<object, string>();

export function remember(value: unknown, taskRunId: string): void {
  if (typeof value === 'object' && value !== null) makers.set(value, taskRunId);
}

/** The runs that the arguments come from, by the name of the parameter. */
export function inputsOf(
  args: unknown[],
  names: string[],
  parentTaskRunId: string | null,
): Record<string, TaskInput[]> {
  const inputs: Record<string, TaskInput[]> = {};
  args.forEach((arg, index) => {
    const ids = sourcesOf(arg);
    if (ids.length > 0) inputs[names[index] ?? `arg${index}`] = ids.map((id) => ({ input_type: 'task_run', id }));
  });
  if (parentTaskRunId) inputs['__parents__'] = [{ input_type: 'task_run', id: parentTaskRunId }];
  return inputs;
}

function sourcesOf(value: unknown): string[] {
  if (value instanceof Future) return [value.taskRunId];
  if (typeof value !== 'object' || value === null) return [];
  const maker = makers.get(value);
  if (maker) return [maker];
  const within = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : [];
  return [...new Set(within.flatMap((each) => (each instanceof Future ? [each.taskRunId] : makerOf(each))))];
}

const makerOf = (value: unknown): string[] => {
  const maker = typeof value === 'object' && value !== null ? makers.get(value) : undefined;
  return maker ? [maker] : [];
};

/** The arguments with results in the place of futures, also inside of lists and plain objects. Throws UpstreamError when one has none. */
export function resolved(args: unknown[]): unknown[] | Promise<unknown[]> {
  return args.some(holdsFuture) ? Promise.all(args.map((arg) => resolve(arg))) : args;
}

const holdsFuture = (value: unknown): boolean =>
  value instanceof Future ||
  (Array.isArray(value)
    ? value.some((each) => each instanceof Future)
    : isPlain(value) && Object.values(value).some((each) => each instanceof Future));

async function resolve(value: unknown, deep = true): Promise<unknown> {
  if (value instanceof Future) return resultOf(value);
  if (!deep) return value;
  if (Array.isArray(value)) return Promise.all(value.map((each) => resolve(each, false)));
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(async ([key, each]) => [key, await resolve(each, false)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function resultOf(future: Future<unknown>): Promise<unknown> {
  const state = await future.wait();
  if (state.isCompleted()) return state.data;
  throw new UpstreamError(future.name, state);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);

/** The arguments of each call of a `map`. Throws when the lists are not equally long, or none is given. */
export function rowsOf(args: unknown[], task: string): unknown[][] {
  const columns = args.map((arg) => (isMapped(arg) ? [...arg] : null));
  const lengths = new Set(columns.flatMap((column) => (column ? [column.length] : [])));
  if (lengths.size === 0)
    throw new Error(`${task}.map() needs at least one list. To call the task once, use ${task}.submit().`);
  if (lengths.size > 1)
    throw new Error(
      `${task}.map() was given lists of different lengths (${[...lengths].join(', ')}). Wrap what every call gets whole in unmapped().`,
    );
  const [length = 0] = lengths;
  const whole = args.map((arg) => (arg instanceof Unmapped ? arg.value : arg));
  return Array.from({ length }, (_, row) => columns.map((column, index) => (column ? column[row] : whole[index])));
}

const isMapped = (arg: unknown): arg is Iterable<unknown> =>
  typeof arg === 'object' && arg !== null && Symbol.iterator in arg && !(arg instanceof Unmapped);
