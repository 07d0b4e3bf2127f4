type Variable = { title: string; description: string; default?: unknown };

const variable = (title: string, description: string, schema: object): Variable => ({ title, description, ...schema });
const optionalText = { anyOf: [{ type: 'string' }, { type: 'null' }], default: null };
const textMap = {
  type: 'object',
  additionalProperties: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  default: {},
};

/** What a job of a `process` pool can be given; the names are those that Prefect's process workers know, which may serve the same pool. */
const properties = {
  command: variable(
    'Command',
    'Shell command to run. For a deployment with an entrypoint: what starts it.',
    optionalText,
  ),
  env: variable('Environment Variables', 'Environment variables of the process.', textMap),
  labels: variable('Labels', 'Labels of the process.', textMap),
  name: variable('Name', 'Name of the process.', optionalText),
  stream_output: variable('Stream Output', 'Whether a worker shows the output of the process.', {
    type: 'boolean',
    default: true,
  }),
  working_dir: variable(
    'Working Directory',
    'Folder in which the process starts; default: the path of the deployment.',
    { anyOf: [{ type: 'string', format: 'path' }, { type: 'null' }], default: null },
  ),
};

export const processTemplate = {
  job_configuration: Object.fromEntries(Object.keys(properties).map((name) => [name, `{{ ${name} }}`])),
  variables: { type: 'object', properties },
};
