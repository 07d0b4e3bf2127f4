/** The variables that every worker type has; the texts are what a form shows. */

export const nullable = (type: string) => [{ type }, { type: 'null' }];

export const commonVariables = {
  name: {
    title: 'Name',
    description: 'Name of the infrastructure that a run gets; left empty, the worker chooses one.',
    anyOf: nullable('string'),
    default: null,
  },
  env: {
    title: 'Environment Variables',
    description: 'Environment variables for the run, beside those that the worker sets.',
    type: 'object',
    additionalProperties: { anyOf: nullable('string') },
  },
  labels: {
    title: 'Labels',
    description: 'Labels that mark the infrastructure of the run.',
    type: 'object',
    additionalProperties: { type: 'string' },
  },
  command: {
    title: 'Command',
    description: 'The command that runs the flow; left empty, the one that fits the flow.',
    anyOf: nullable('string'),
    default: null,
  },
};

export const streamOutput = {
  title: 'Stream Output',
  description: "Whether the output of the run also appears in the worker's own.",
  type: 'boolean',
  default: true,
};

/** `{ image: '{{ image }}', … }`: what a variable is called and where it goes have the same name. */
export const placeholders = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `{{ ${name} }}`]));
