import { isUuid } from '@headgate/contracts';
import type { Kysely } from 'kysely';
import type { Actor } from '../access/ctx.js';
import type { Identity } from '../access/identity.js';
import type { Database } from '../db/schema.js';
import { findWorkspaceHandles } from './handles.queries.js';

type Reads = { db: Kysely<Database>; identity: Identity };

const byIds = /^\/account\/([^/]+)\/workspace\/([^/?]+)(\/[^?]*)?(\?.*)?$/;

/** What a client prints that knows no workspaces: they are in the home of who looks. */
const atHome =
  /^\/(?:runs\/(?:flow|task)-run|flows\/flow|deployments\/deployment|work-pools\/work-pool)\/[^/?]+\/?(?:\?.*)?$/;

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

function pageOf(rest: string): string {
  for (const [pattern, target] of pages) if (pattern.test(rest)) return rest.replace(pattern, target);
  return '/';
}

export type Target = { kind: 'page'; path: string } | { kind: 'sign-in'; next: string } | { kind: 'nowhere' };

/**
 * Where an address with ids, as other tools print it, leads; null when it is an ordinary address. The names behind the
 * ids are told only to those who may know them.
 */
export async function targetOf(url: string, actor: () => Promise<Actor | null>, reads: Reads): Promise<Target | null> {
  const match = byIds.exec(url);
  if (!match) return atHome.test(url) ? targetAtHome(url, await actor(), reads) : null;
  const [, accountId, workspaceId, rest = '/'] = match;
  if (!isUuid(accountId) || !isUuid(workspaceId)) return { kind: 'nowhere' };
  const visitor = await actor();
  if (!visitor) return { kind: 'sign-in', next: url };
  const access = await reads.identity.accessTo(visitor, workspaceId.toLowerCase(), accountId.toLowerCase());
  const handles = access && (await findWorkspaceHandles(reads.db, access.workspaceId, access.accountId));
  if (!handles) return { kind: 'nowhere' };
  return { kind: 'page', path: `/${handles.account}/${handles.workspace}${pageOf(rest.replace(/\/$/, ''))}` };
}

async function targetAtHome(url: string, visitor: Actor | null, { db, identity }: Reads): Promise<Target> {
  if (!visitor) return { kind: 'sign-in', next: url };
  const home = await identity.homeOf(visitor);
  const handles = home && (await findWorkspaceHandles(db, home.workspaceId, home.accountId));
  if (!handles) return { kind: 'nowhere' };
  return { kind: 'page', path: `/${handles.account}/${handles.workspace}${pageOf(url.replace(/[?].*|\/$/, ''))}` };
}
