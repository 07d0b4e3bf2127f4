/** What a task run was called with: by name of the parameter, the runs and parameters that its value comes from. */
export type TaskInputs = Record<string, unknown>;

/** Under this name stand the task runs within which a run was called. */
const callers = '__parents__';

type Reference = { input_type?: unknown; id?: unknown };

const referencesOf = (value: unknown): Reference[] =>
  Array.isArray(value) ? value.filter((each): each is Reference => typeof each === 'object' && each !== null) : [];

const idsOf = (references: Reference[]): string[] => [
  ...new Set(references.flatMap(({ id }) => (typeof id === 'string' ? [id.toLowerCase()] : []))),
];

/** The runs whose results the run takes, each once, and those within which it was called. */
export function dependenciesOf(inputs: TaskInputs): { upstream: string[]; encapsulating: string[] } {
  const taken = Object.entries(inputs).filter(([name]) => name !== callers);
  return {
    upstream: idsOf(taken.flatMap(([, value]) => referencesOf(value))),
    encapsulating: idsOf(referencesOf(inputs[callers])),
  };
}

/** All task runs that the inputs name, whether taken or around the run. */
export const taskRunsNamed = (inputs: TaskInputs): string[] =>
  idsOf(
    Object.values(inputs)
      .flatMap(referencesOf)
      .filter((each) => each.input_type === 'task_run'),
  );
