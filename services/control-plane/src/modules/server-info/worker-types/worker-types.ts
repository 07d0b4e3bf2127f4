import type { WorkerTypesJson } from '@headgate/contracts/rest/server-info';
import { dockerType } from './docker.js';
import { kubernetesType } from './kubernetes.js';
import { processType } from './process.js';

/** The worker types for which work pools can be made, by the package that has the worker. */
export const workerTypes: WorkerTypesJson = {
  prefect: { process: processType },
  'prefect-docker': { docker: dockerType },
  'prefect-kubernetes': { kubernetes: kubernetesType },
};

/** The views of the catalogue; what is not catalogued here is an empty one. */
export const views: Record<string, unknown> = {
  'aggregate-worker-metadata': workerTypes,
  'aggregate-block-metadata': {},
  'aggregate-flow-metadata': {},
  'demo-flows': {},
};
