import { isUuid } from '@headgate/contracts';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { findWorkspaceHandles } from './handles.queries.js';

const byIds = /^\/account\/([^/]+)\/workspace\/([^/?]+)(\/[^?]*)?(\?.*)?$/;

/** Addresses that Prefect's command line prints, and what they are here. The first match wins. */
const pages: [RegExp, string][] = [
  [/^\/(?:runs\/)?flow-runs?(?:\/flow-run)?\/([^/]+)$/, '/runs/$1'],
  [/^\/runs\/task-run\/([^/]+)$/, '/runs'],
  [/^\/flows\/flow\/([^/]+)$/, '/flows/$1'],
  [/^\/deployments\/deployment\/([^/]+)$/, '/deployments/$1'],
  [/^\/work-pools(\/.*)?$/, '/work-pools'],
  [/^\/runs$/, '/runs'],
  [/^\/flows$/, '/flows'],
  [/^\/deployments$/, '/deployments'],
];

export function pageOf(rest: string): string {
  for (const [pattern, target] of pages) if (pattern.test(rest)) return rest.replace(pattern, target);
  return '/';
}

/** Where an address with ids, as other tools print it, leads; null when it is an ordinary address. */
export async function redirectOf(db: Kysely<Database>, url: string): Promise<string | null> {
  const match = byIds.exec(url);
  if (!match) return null;
  const [, accountId, workspaceId, rest = '/'] = match;
  if (!isUuid(accountId) || !isUuid(workspaceId)) return '/';
  const handles = await findWorkspaceHandles(db, workspaceId, accountId);
  return handles ? `/${handles.account}/${handles.workspace}${pageOf(rest.replace(/\/$/, ''))}` : '/';
}
