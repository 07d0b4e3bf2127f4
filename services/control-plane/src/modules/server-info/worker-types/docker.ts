import type { WorkerTypeJson } from '@headgate/contracts/rest/server-info';
import { commonVariables, nullable, placeholders, streamOutput } from './common-variables.js';

const text = (title: string, description: string) => ({ title, description, anyOf: nullable('string'), default: null });
const listOfText = (title: string, description: string) => ({
  title,
  description,
  type: 'array',
  items: { type: 'string' },
});

export const dockerType: WorkerTypeJson = {
  type: 'docker',
  display_name: 'Docker',
  description: 'Runs each flow in a container of its own, on a machine with a Docker engine.',
  logo_url: '',
  documentation_url: 'https://docs.prefect.io/integrations/prefect-docker',
  install_command: 'pip install prefect-docker',
  is_beta: false,
  default_base_job_configuration: {
    job_configuration: placeholders(
      'command',
      'env',
      'labels',
      'name',
      'image',
      'registry_credentials',
      'image_pull_policy',
      'networks',
      'network_mode',
      'auto_remove',
      'volumes',
      'stream_output',
      'mem_limit',
      'memswap_limit',
      'privileged',
      'container_create_kwargs',
    ),
    variables: {
      type: 'object',
      properties: {
        ...commonVariables,
        image: text('Image', 'The image of the container; left empty, the image of Prefect that fits the client.'),
        registry_credentials: {
          title: 'Registry Credentials',
          description: 'Credentials for a private registry.',
          anyOf: nullable('object'),
          default: null,
        },
        image_pull_policy: {
          title: 'Image Pull Policy',
          description: 'When the image is pulled.',
          anyOf: [{ enum: ['IfNotPresent', 'Always', 'Never'], type: 'string' }, { type: 'null' }],
          default: null,
        },
        networks: listOfText('Networks', 'Networks that the container joins.'),
        network_mode: text(
          'Network Mode',
          'How the container sees the network, such as host or bridge. Excludes networks.',
        ),
        auto_remove: {
          title: 'Auto Remove',
          description: 'Whether the container is removed when it ends.',
          type: 'boolean',
          default: false,
        },
        volumes: listOfText('Volumes', 'Mounts, each as source:target or source:target:ro.'),
        stream_output: streamOutput,
        mem_limit: text('Memory Limit', 'The most memory that the container may have, with a unit: 512m, 2g.'),
        memswap_limit: text('Memory Swap Limit', 'The most memory and swap together, with a unit.'),
        privileged: {
          title: 'Privileged',
          description: 'Whether the container has full rights on the machine.',
          type: 'boolean',
          default: false,
        },
        container_create_kwargs: {
          title: 'Container Configuration',
          description: 'Anything else to pass to the engine when the container is made.',
          anyOf: nullable('object'),
          default: null,
        },
      },
    },
  },
};
