/** A work pool as it is stored. */
export type WorkPoolRow = {
  workspace_id: string;
  id: string;
  created: string;
  updated: string;
  name: string;
  description: string | null;
  type: string;
  base_job_template: JobTemplate;
  is_paused: boolean;
  concurrency_limit: number | null;
  storage_configuration: Record<string, unknown>;
  default_queue_id: string;
  status: string | null;
  active_slots: number | null;
};

export type JobTemplate = {
  job_configuration?: Record<string, unknown>;
  variables?: {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
    definitions?: Record<string, unknown>;
  };
};

/** What the pool's status becomes when nobody polls, or somebody does. */
export const statusOf = (pool: { is_paused: boolean; type: string }, polled: boolean): string | null =>
  pool.is_paused ? 'PAUSED' : pool.type === 'prefect-agent' ? null : polled ? 'READY' : 'NOT_READY';

/** A pool as it crosses the wire. */
export function workPoolJson(row: WorkPoolRow) {
  const { workspace_id: _, ...pool } = row;
  const storage_configuration = {
    bundle_upload_step: null,
    bundle_execution_step: null,
    default_result_storage_block_id: null,
    ...row.storage_configuration,
  };
  return { ...pool, storage_configuration, active_slots: row.concurrency_limit === null ? null : row.active_slots };
}

export type WorkPoolJson = ReturnType<typeof workPoolJson>;
