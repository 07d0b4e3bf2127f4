import { z } from 'zod';
import { limitMax, uuid } from './common.js';
import { eventLimits } from './events.js';

/** What the server says about itself. */

/** Version of the REST API that we speak, and the oldest that we understand. */
export const apiVersion = '0.8.4';
export const apiVersionOldest = '0.8.0';

/** The release of the Prefect client that the wire was last held against. */
export const clientVersionKnown = '3.9.1';

/** What a worker type is and what its work pools start from. */
export type WorkerTypeJson = {
  type: string;
  display_name: string;
  description: string;
  logo_url: string;
  documentation_url: string;
  install_command: string;
  is_beta: boolean;
  default_base_job_configuration: {
    job_configuration: Record<string, unknown>;
    variables: { type: 'object'; properties: Record<string, unknown>; definitions?: Record<string, unknown> };
  };
};

/** Package name → worker type → what it is. */
export type WorkerTypesJson = Record<string, Record<string, WorkerTypeJson>>;

/** A bare JSON string; who sends nothing asks about the empty template. */
export const templateText = z.union([z.string(), z.strictObject({}).transform(() => '')]);

export type TemplateMistakeJson = { error: { line: number; message: string; source: string } };

export const resultStoragePut = z.object({ default_result_storage_block_id: uuid }).meta({ tag: 'ResultStorage' });
export type ResultStoragePut = z.infer<typeof resultStoragePut>;
export type ResultStorageJson = { default_result_storage_block_id: string | null };

/** How the server is set, as far as it matters to clients. */
export const serverSettings = {
  server: {
    analytics_enabled: false,
    api: { default_limit: limitMax, csrf_protection_enabled: false },
    events: {
      stream_out_enabled: true,
      maximum_labels_per_resource: eventLimits.labels,
      maximum_related_resources: eventLimits.related,
      maximum_event_name_length: eventLimits.nameLength,
    },
    logs: { stream_out_enabled: true },
  },
};
export type SettingsJson = typeof serverSettings;
