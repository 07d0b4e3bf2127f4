/** A work queue as it is stored, with its pool's name. */
export type WorkQueueRow = {
  workspace_id: string;
  id: string;
  created: string;
  updated: string;
  work_pool_id: string;
  work_pool_name: string;
  name: string;
  description: string;
  is_paused: boolean;
  concurrency_limit: number | null;
  priority: number;
  last_polled: string | null;
  status: string;
  active_slots: number | null;
};

/** A queue as it crosses the wire. `filter` is a leftover of older servers. */
export function workQueueJson(row: WorkQueueRow) {
  const { workspace_id: _, ...queue } = row;
  return {
    ...queue,
    status: row.is_paused ? 'PAUSED' : row.status,
    filter: null,
    active_slots: row.concurrency_limit === null ? null : row.active_slots,
  };
}
