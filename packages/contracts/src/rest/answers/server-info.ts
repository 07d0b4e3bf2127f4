import { z } from 'zod';
import { count, flag, json, orNull, seconds, text, id, time } from './shared.js';

export const messageAnswer = z.strictObject({ message: text });

const workerType = z
  .strictObject({
    type: text,
    display_name: text,
    description: text,
    logo_url: text,
    documentation_url: text,
    install_command: text,
    is_beta: flag,
    default_base_job_configuration: z.strictObject({ job_configuration: json, variables: json }),
  })
  .meta({ id: 'WorkerType' });
/** Package name → worker type → what it is. */
export const workerTypesAnswer = z.record(z.string(), z.record(z.string(), workerType));

export const settingsAnswer = z.strictObject({
  server: z.strictObject({
    analytics_enabled: flag,
    api: z.strictObject({ default_limit: count, csrf_protection_enabled: flag }),
    events: z.strictObject({
      stream_out_enabled: flag,
      maximum_labels_per_resource: count,
      maximum_related_resources: count,
      maximum_event_name_length: count,
    }),
    logs: z.strictObject({ stream_out_enabled: flag }),
  }),
});
export const storageAnswer = z.strictObject({ default_result_storage_block_id: orNull(id) });

const loop = z
  .strictObject({
    name: text,
    says: text,
    every_seconds: seconds,
    last_pass: orNull(time),
    last_success: orNull(time),
    last_seconds: orNull(seconds),
    running_seconds: orNull(seconds),
    passes: count,
    failures: count,
    failures_in_a_row: count,
    last_error: orNull(text),
    busy_seconds: seconds,
    behind: flag,
    ok: flag,
  })
  .meta({ id: 'Loop' });
/** Process by process: a loop may turn in several. */
export const loopsAnswer = z.array(z.strictObject({ process: text, seen: time, loops: z.array(loop) }));
