/** First segments of addresses that are not accounts. */
const reserved = new Set([
  '_next',
  'account',
  'accounts',
  'admin',
  'api',
  'app',
  'artifacts',
  'assets',
  'auth',
  'automations',
  'blocks',
  'concurrency-limits',
  'dashboard',
  'deployments',
  'docs',
  'events',
  'favicon',
  'flow-run',
  'flow-runs',
  'flows',
  'graphql',
  'health',
  'help',
  'hooks',
  'login',
  'logout',
  'me',
  'metrics',
  'my',
  'new',
  'packages',
  'public',
  'ready',
  'robots',
  'runs',
  'settings',
  'sign-in',
  'sign-out',
  'sign-up',
  'signin',
  'signup',
  'static',
  'support',
  'task-run-concurrency-limits',
  'task-runs',
  'users',
  'variables',
  'work-pools',
  'work-queues',
  'workspace',
  'workspaces',
  'www',
]);

export const isReserved = (handle: string): boolean => reserved.has(handle);

/** `Zoë & Sons, Ltd.` → `zoe-sons-ltd`; null when nothing is left. */
export function handleFrom(name: string): string | null {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  const handle = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return handle || null;
}

/** Of handles those that a workspace or an account may be given by hand. */
export const handlePattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** What a handle may be called when those before it are taken; a reserved word is none. */
export const handleCandidates = (base: string): string[] =>
  [base, ...Array.from({ length: 8 }, (_, at) => `${base}-${at + 2}`)].filter((handle) => !isReserved(handle));
