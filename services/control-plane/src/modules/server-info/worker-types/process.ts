import type { WorkerTypeJson } from '@headgate/contracts/rest/server-info';
import { commonVariables, placeholders, streamOutput } from './common-variables.js';

export const processType: WorkerTypeJson = {
  type: 'process',
  display_name: 'Process',
  description: 'Runs flows as processes on the machine of the agent or worker. The place to start.',
  logo_url: '',
  documentation_url: 'https://docs.prefect.io/v3/concepts/workers',
  install_command: 'pip install prefect',
  is_beta: false,
  default_base_job_configuration: {
    job_configuration: placeholders('command', 'env', 'labels', 'name', 'stream_output', 'working_dir'),
    variables: {
      type: 'object',
      properties: {
        ...commonVariables,
        stream_output: streamOutput,
        working_dir: {
          title: 'Working Directory',
          description: 'The directory in which the process starts; left empty, the run gets a temporary one.',
          anyOf: [{ type: 'string', format: 'path' }, { type: 'null' }],
          default: null,
        },
      },
    },
  },
};
