import type { WorkerTypeJson } from '@headgate/contracts/rest/server-info';
import { commonVariables, nullable, placeholders, streamOutput } from './common-variables.js';

const container = {
  name: 'prefect-job',
  env: '{{ env }}',
  image: '{{ image }}',
  imagePullPolicy: '{{ image_pull_policy }}',
  args: '{{ command }}',
};

/** The Job that a run becomes; one attempt only, because retries are decided here. */
const jobManifest = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { labels: '{{ labels }}', namespace: '{{ namespace }}', generateName: '{{ name }}-' },
  spec: {
    backoffLimit: '{{ backoff_limit }}',
    ttlSecondsAfterFinished: '{{ finished_job_ttl }}',
    parallelism: 1,
    completions: 1,
    template: {
      spec: { restartPolicy: 'Never', serviceAccountName: '{{ service_account_name }}', containers: [container] },
    },
  },
};

const seconds = (title: string, description: string, value: number | null) =>
  value === null
    ? { title, description, anyOf: nullable('integer'), default: null }
    : { title, description, type: 'integer', default: value };

export const kubernetesType: WorkerTypeJson = {
  type: 'kubernetes',
  display_name: 'Kubernetes',
  description: 'Runs each flow as a Job in a Kubernetes cluster.',
  logo_url: '',
  documentation_url: 'https://docs.prefect.io/integrations/prefect-kubernetes',
  install_command: 'pip install prefect-kubernetes',
  is_beta: false,
  default_base_job_configuration: {
    job_configuration: {
      ...placeholders(
        'command',
        'env',
        'labels',
        'name',
        'namespace',
        'cluster_config',
        'job_watch_timeout_seconds',
        'pod_watch_timeout_seconds',
        'stream_output',
      ),
      job_manifest: jobManifest,
    },
    variables: {
      type: 'object',
      properties: {
        ...commonVariables,
        namespace: { title: 'Namespace', description: 'The namespace of the Job.', type: 'string', default: 'default' },
        image: {
          title: 'Image',
          description: 'The image of the container; left empty, the image of Prefect that fits the client.',
          anyOf: nullable('string'),
          default: null,
        },
        service_account_name: {
          title: 'Service Account Name',
          description: 'The service account under which the Job runs.',
          anyOf: nullable('string'),
          default: null,
        },
        image_pull_policy: {
          title: 'Image Pull Policy',
          description: 'When the image is pulled.',
          enum: ['IfNotPresent', 'Always', 'Never'],
          type: 'string',
          default: 'IfNotPresent',
        },
        backoff_limit: {
          title: 'Backoff Limit',
          description: 'How often Kubernetes itself tries again.',
          type: 'integer',
          minimum: 0,
          default: 0,
        },
        finished_job_ttl: seconds(
          'Finished Job TTL',
          'Seconds that a finished Job is kept; left empty, until somebody deletes it.',
          null,
        ),
        job_watch_timeout_seconds: seconds(
          'Job Watch Timeout Seconds',
          'Seconds that the worker waits for the Job to end; left empty, as long as it takes.',
          null,
        ),
        pod_watch_timeout_seconds: seconds(
          'Pod Watch Timeout Seconds',
          'Seconds that the worker waits for the pod to start.',
          60,
        ),
        stream_output: streamOutput,
        cluster_config: {
          title: 'Cluster Config',
          description: 'The cluster, where it is not the one that the worker is in.',
          anyOf: nullable('object'),
          default: null,
        },
      },
    },
  },
};
