import type { LogFilter, LogJson } from '@headgate/contracts/rest/logs';

/** Whether a new line passes a filter. What it says is not looked at, as on the wire. */
export function matchesLog({ level, timestamp, flow_run_id: flowRun, task_run_id: taskRun }: LogFilter) {
  const [flowRuns, taskRuns] = [flowRun?.any_, taskRun?.any_].map((ids) => ids && new Set(ids));
  return (log: LogJson): boolean => {
    if (level?.ge_ != null && log.level < level.ge_) return false;
    if (level?.le_ != null && log.level > level.le_) return false;
    if (timestamp?.after_ && log.timestamp < timestamp.after_) return false;
    if (timestamp?.before_ && log.timestamp > timestamp.before_) return false;
    if (flowRuns && !flowRuns.has(log.flow_run_id ?? '')) return false;
    if (taskRuns && !taskRuns.has(log.task_run_id ?? '')) return false;
    return taskRun?.is_null_ == null || taskRun.is_null_ === (log.task_run_id === null);
  };
}
