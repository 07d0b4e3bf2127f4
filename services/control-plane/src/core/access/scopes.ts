/** What a workspace role may allow; names and meaning are Prefect Cloud's. A scope includes the ones it names. */
const includes = {
  see_flows: [],
  run_flows: ['see_flows'],
  manage_flows: ['run_flows'],
  run_tasks: ['see_flows'],
  manage_saved_search: [],
  see_deployments: [],
  run_deployments: ['see_deployments'],
  write_deployments: ['run_deployments'],
  manage_deployments: ['write_deployments'],
  see_work_pools: [],
  write_work_pools: ['see_work_pools'],
  manage_work_pools: ['write_work_pools'],
  see_work_queues: [],
  write_work_queues: ['see_work_queues'],
  manage_work_queues: ['write_work_queues'],
  see_workers: [],
  write_workers: ['see_workers'],
  manage_workers: ['write_workers'],
  see_blocks: [],
  see_secret_blocks: ['see_blocks'],
  manage_blocks: ['see_secret_blocks'],
  see_variables: [],
  write_variables: ['see_variables'],
  manage_variables: ['write_variables'],
  see_artifacts: [],
  write_artifacts: ['see_artifacts'],
  manage_artifacts: ['write_artifacts'],
  see_concurrency_limits: [],
  manage_concurrency_limits: ['see_concurrency_limits'],
  see_events: [],
  manage_events: ['see_events'],
  see_automations: [],
  manage_automations: ['see_automations'],
  see_workspace_settings: [],
  write_workspace_settings: ['see_workspace_settings'],
  manage_workspace_settings: ['write_workspace_settings'],
  see_workspace_users: [],
  manage_workspace_users: ['see_workspace_users'],
} as const satisfies Record<string, readonly string[]>;

export type Scope = keyof typeof includes;
export const allScopes = Object.keys(includes) as Scope[];

function withIncluded(scopes: readonly Scope[]): Set<Scope> {
  const found = new Set<Scope>();
  const add = (scope: Scope) => {
    if (found.has(scope)) return;
    found.add(scope);
    for (const lesser of includes[scope]) add(lesser as Scope);
  };
  scopes.forEach(add);
  return found;
}

const viewer: Scope[] = [
  'see_flows',
  'see_deployments',
  'see_work_pools',
  'see_work_queues',
  'see_workers',
  'see_blocks',
  'see_variables',
  'see_artifacts',
  'see_concurrency_limits',
  'see_events',
  'see_automations',
  'see_workspace_settings',
  'see_workspace_users',
];
const runner: Scope[] = [
  ...viewer,
  'run_deployments',
  'run_flows',
  'run_tasks',
  'manage_saved_search',
  'write_artifacts',
  'manage_events',
  'manage_concurrency_limits',
];
const developer: Scope[] = [
  ...runner,
  'manage_flows',
  'manage_deployments',
  'manage_work_pools',
  'manage_work_queues',
  'manage_workers',
  'manage_blocks',
  'manage_variables',
  'manage_artifacts',
  'manage_automations',
];
const worker: Scope[] = [
  'see_flows',
  'run_flows',
  'run_tasks',
  'see_deployments',
  'see_work_pools',
  'write_work_queues',
  'write_workers',
  'see_secret_blocks',
  'see_variables',
  'write_artifacts',
  'manage_events',
  'manage_concurrency_limits',
];

/** The built-in workspace roles, each with everything that its scopes include. */
export const workspaceRoles: Record<string, ReadonlySet<Scope>> = {
  Viewer: withIncluded(viewer),
  Runner: withIncluded(runner),
  Developer: withIncluded(developer),
  Owner: withIncluded(allScopes),
  Worker: withIncluded(worker),
};
