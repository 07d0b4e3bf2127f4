export type Kind = 'flow' | 'flow_run' | 'task_run' | 'deployment' | 'work_pool' | 'work_queue' | 'artifact';

/** How a row of one kind is tied to those of another: the one that has to exist, and what that one brings along. */
export type Link = { to: Kind; on: string; along?: Partial<Record<Kind, string>> };

const poolOfDeployment =
  'work_pool.id = (select q.work_pool_id from work_queue q where q.workspace_id = deployment.workspace_id and q.id = deployment.work_queue_id)';
const taskOfRun = 'task_run.flow_run_id = flow_run.id';
const flowOfRun = 'flow.id = flow_run.flow_id';
const deploymentOfRun = 'deployment.id = flow_run.deployment_id';
const queueOfRun = 'work_queue.id = flow_run.work_queue_id';
const poolOfRun = 'work_pool.id = flow_run.work_pool_id';

/**
 * Filters of other kinds mean "there is a … that matches". Those that stand in one link speak of the same row: flows by
 * `flow_runs` and `task_runs` are those with one run that matches the first and has a task that matches the second.
 */
export const links: Record<Kind, Link[]> = {
  flow_run: [
    { to: 'flow', on: flowOfRun },
    { to: 'task_run', on: taskOfRun },
    { to: 'deployment', on: deploymentOfRun },
    { to: 'work_queue', on: queueOfRun },
    { to: 'work_pool', on: poolOfRun },
  ],
  task_run: [
    {
      to: 'flow_run',
      on: 'flow_run.id = task_run.flow_run_id',
      along: { flow: flowOfRun, deployment: deploymentOfRun, work_queue: queueOfRun, work_pool: poolOfRun },
    },
  ],
  flow: [
    { to: 'deployment', on: 'deployment.flow_id = flow.id', along: { work_pool: poolOfDeployment } },
    { to: 'flow_run', on: 'flow_run.flow_id = flow.id', along: { task_run: taskOfRun } },
  ],
  deployment: [
    { to: 'flow', on: 'flow.id = deployment.flow_id' },
    { to: 'flow_run', on: 'flow_run.deployment_id = deployment.id', along: { task_run: taskOfRun } },
    {
      to: 'work_queue',
      on: 'work_queue.id = deployment.work_queue_id',
      along: { work_pool: 'work_pool.id = work_queue.work_pool_id' },
    },
  ],
  artifact: [
    {
      to: 'flow_run',
      on: 'flow_run.id = artifact.flow_run_id',
      along: { flow: flowOfRun, deployment: deploymentOfRun },
    },
    { to: 'task_run', on: 'task_run.id = artifact.task_run_id' },
  ],
  work_pool: [{ to: 'work_queue', on: 'work_queue.work_pool_id = work_pool.id' }],
  work_queue: [{ to: 'work_pool', on: 'work_pool.id = work_queue.work_pool_id' }],
};
