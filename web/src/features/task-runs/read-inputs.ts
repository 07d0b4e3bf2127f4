export type Origin = { kind: 'task-run' | 'flow-run'; id: string } | { kind: 'words'; words: string };
export type TaskInput = { name: string; origins: Origin[] };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The inputs that a client stored with a task run; what is not as they are written is left out. */
export const readInputs = (inputs: unknown): TaskInput[] =>
  isObject(inputs)
    ? Object.entries(inputs).map(([name, origins]) => ({
        name,
        origins: Array.isArray(origins) ? origins.filter(isObject).map(originOf) : [],
      }))
    : [];

function originOf({ input_type: type, id, name, type: of }: Record<string, unknown>): Origin {
  if (type === 'task_run' && typeof id === 'string') return { kind: 'task-run', id };
  if (type === 'flow_run' && typeof id === 'string') return { kind: 'flow-run', id };
  if (type === 'parameter') return { kind: 'words', words: `the parameter ${String(name)}` };
  return { kind: 'words', words: type === 'constant' && typeof of === 'string' ? `a constant (${of})` : 'a value' };
}
