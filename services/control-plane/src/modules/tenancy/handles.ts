import { randomBytes } from 'node:crypto';

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

/** `Zoë & Sons, Ltd.` → `zoe-sons-ltd`; `fallback` when nothing is left. */
export function handleFrom(name: string, fallback: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  const handle = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return handle || fallback;
}

/** The handle itself when it is free and not reserved, else one with a number, else one with a random ending. */
export async function freeHandle(base: string, takenOf: (candidates: string[]) => Promise<string[]>): Promise<string> {
  const candidates = [base, ...Array.from({ length: 8 }, (_, at) => `${base}-${at + 2}`)].filter(
    (handle) => !isReserved(handle),
  );
  const taken = new Set(await takenOf(candidates));
  return candidates.find((handle) => !taken.has(handle)) ?? `${base}-${randomBytes(4).toString('hex')}`;
}
