import type { JobTemplate } from '@headgate/contracts/rest/job-template';

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
  storage_configuration: StorageConfiguration;
  default_queue_id: string;
  status: PoolStatus | null;
  active_slots: number | null;
};

/** What has to be known of a pool that somebody works for. */
export type ServedPool = Pick<WorkPoolRow, 'workspace_id' | 'id' | 'name' | 'type' | 'status'>;

export type PoolStatus = 'READY' | 'NOT_READY' | 'PAUSED';
export type StorageConfiguration = {
  bundle_upload_step?: object | null | undefined;
  bundle_execution_step?: object | null | undefined;
  default_result_storage_block_id?: string | null | undefined;
};

/** Pools of this type belong to agents of old, which send no heartbeats: nothing is known of their readiness. */
const withoutStatus = 'prefect-agent';

/** What the status of a pool has to be, given whether somebody works for it. */
export const statusOf = (pool: { is_paused: boolean; type: string }, served: boolean): PoolStatus | null =>
  pool.type === withoutStatus ? null : pool.is_paused ? 'PAUSED' : served ? 'READY' : 'NOT_READY';

/** A pool as it crosses the wire. `userAgent` names the client: old ones refuse fields that they do not know. */
export function workPoolJson(row: WorkPoolRow, userAgent?: string) {
  const { workspace_id: _, ...pool } = row;
  const {
    bundle_upload_step = null,
    bundle_execution_step = null,
    default_result_storage_block_id = null,
  } = row.storage_configuration;
  const storage_configuration = {
    bundle_upload_step,
    bundle_execution_step,
    ...(!knowsNoResultStorage(userAgent) && { default_result_storage_block_id }),
  };
  return { ...pool, storage_configuration, active_slots: row.concurrency_limit === null ? null : row.active_slots };
}

/** Clients up to 3.3.7. */
export function knowsNoResultStorage(userAgent: string | undefined): boolean {
  const match = /^prefect\/(\d+)\.(\d+)\.(\d+)/.exec(userAgent ?? '');
  if (!match) return false;
  const [major, minor, patch] = match.slice(1).map(Number) as [number, number, number];
  return major < 3 || (major === 3 && (minor < 3 || (minor === 3 && patch <= 7)));
}
