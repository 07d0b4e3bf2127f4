/** A work queue as it is stored, with its pool's name and type. */
export type WorkQueueRow = {
  workspace_id: string;
  id: string;
  created: string;
  updated: string;
  work_pool_id: string;
  work_pool_name: string;
  work_pool_type: string;
  name: string;
  description: string;
  is_paused: boolean;
  concurrency_limit: number | null;
  priority: number;
  last_polled: string | null;
  status: 'READY' | 'NOT_READY' | 'PAUSED';
  active_slots: number | null;
};

/** What an event of a queue says. */
export type NamedQueue = Pick<WorkQueueRow, 'id' | 'name' | 'work_pool_id' | 'work_pool_name' | 'work_pool_type'>;
/** A deployment with what an event of it is related to. */
export type PolledDeployment = { id: string; name: string; flow_id: string; flow_name: string; work_queue_id: string };

/** A queue as deployments show it. `filter` is a leftover of older servers. */
export function plainQueueJson(row: WorkQueueRow) {
  const { workspace_id: _, work_pool_name: __, work_pool_type: ___, status: ____, active_slots: _____, ...queue } = row;
  return { ...queue, filter: null };
}

/** A queue as it crosses the wire. */
export const workQueueJson = (row: WorkQueueRow) => ({
  ...plainQueueJson(row),
  work_pool_name: row.work_pool_name,
  status: row.is_paused ? 'PAUSED' : row.status,
  active_slots: row.concurrency_limit === null ? null : row.active_slots,
});

/** Whoever was polled so short ago is ready. */
export const polledSecondsMax = 60;

export const isRecentPoll = (polled: string | null | undefined): boolean =>
  Boolean(polled) && Date.now() - Date.parse(polled!) <= polledSecondsMax * 1000;
