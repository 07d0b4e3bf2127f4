import { isUuid } from '@headgate/contracts';
import type { Kysely } from 'kysely';
import type { Actor } from '../access/ctx.js';
import type { Identity } from '../access/identity.js';
import type { Database } from '../db/schema.js';
import { findOwnerOfArtifact, findWorkspaceByHandles, findWorkspaceHandles, isOfAccount } from './handles.queries.js';

type Reads = { db: Kysely<Database>; identity: Identity };

const byIds = /^\/account\/([^/]+)\/workspace\/([^/?]+)(\/[^?]*)?(\?.*)?$/;

const kinds = [
  'flow-runs?(?:/flow-run)?',
  'runs/(?:flow|task)-run',
  'flows/flow',
  'deployments/deployment',
  'artifacts/(?:artifact|key)',
  'blocks/(?:block|catalog)',
  'variables/variable',
  'work-queues/work-queue',
  '(?:task-run-)?concurrency-limits?/concurrency-limit',
  'automations/automation',
].join('|');

/** What a client prints that knows no workspaces: they are in the home of who looks. */
const atHome = new RegExp(
  `^/(?:(?:${kinds})/[^/?]+|work-pools/work-pool/[^?]+|events/event/[^?]+|dashboard|runs|flows|deployments|work-pools` +
    String.raw`|blocks|variables|artifacts|events|automations|concurrency-limits)/?(?:\?.*)?$`,
);

/** Addresses that Prefect's command line prints, and what they are here. The first match wins. */
const pages: [RegExp, string][] = [
  [/^\/(?:runs\/)?flow-runs?(?:\/flow-run)?\/([^/]+)$/, '/runs/$1'],
  [/^\/runs\/task-run\/([^/]+)$/, '/task-runs/$1'],
  [/^\/flows\/flow\/([^/]+)$/, '/flows/$1'],
  [/^\/deployments\/deployment\/([^/]+)$/, '/deployments/$1'],
  [/^\/work-pools\/work-pool\/([^/]+)(?:\/.*)?$/, '/work-pools?pool=$1'],
  [/^\/work-pools(\/.*)?$/, '/work-pools'],
  [/^\/work-queues\/work-queue\/([^/]+)$/, '/work-pools'],
  [/^\/runs$/, '/runs'],
  [/^\/flows$/, '/flows'],
  [/^\/deployments$/, '/deployments'],
  // There are no such pages; the app says so, and what does the same meanwhile.
  [/^\/(artifacts|blocks|variables|events|automations|concurrency-limits)(?:\/.*)?$/, '/$1'],
  [/^\/task-run-concurrency-limits?\/.*$/, '/concurrency-limits'],
  [/^\/concurrency-limit\/.*$/, '/concurrency-limits'],
];

/** Pages of the person, where Prefect's cloud has them, and the first of ours. */
const ofThePerson = /^\/(?:my(?:\/[^?]*)?|settings)\/?(?:\?.*)?$/;

const artifactAt = /^\/artifacts\/artifact\/([^/]+)$/;

async function pageOf(rest: string, workspaceId: string, db: Reads['db']): Promise<string> {
  const artifact = artifactAt.exec(rest)?.[1];
  if (artifact && isUuid(artifact)) {
    const of = await findOwnerOfArtifact(db, workspaceId, artifact);
    if (of) return `/${of.kind}/${of.id}?tab=artifacts`;
  }
  for (const [pattern, target] of pages) if (pattern.test(rest)) return rest.replace(pattern, target);
  return '';
}

export type Target = { kind: 'page'; path: string } | { kind: 'sign-in'; next: string } | { kind: 'nowhere' };

/**
 * Where an address with ids, as other tools print it, leads; null when it is an ordinary address. The names behind the
 * ids are told only to those who may know them.
 */
export async function targetOf(url: string, actor: () => Promise<Actor | null>, reads: Reads): Promise<Target | null> {
  if (ofThePerson.test(url)) return { kind: 'page', path: '/settings/api-keys' };
  const match = byIds.exec(url);
  if (!match) return atHome.test(url) ? targetAtHome(url, await actor(), reads) : null;
  const [, accountId, workspaceId, rest = '/', query = ''] = match;
  if (!isUuid(accountId) || !isUuid(workspaceId)) return { kind: 'nowhere' };
  const visitor = await actor();
  if (!visitor) return { kind: 'sign-in', next: url };
  const access = await reads.identity.accessTo(visitor, workspaceId.toLowerCase(), accountId.toLowerCase());
  const handles = access && (await findWorkspaceHandles(reads.db, access.workspaceId, access.accountId));
  if (!handles) return { kind: 'nowhere' };
  return pageIn(handles, rest + query, access!.workspaceId, reads.db);
}

/**
 * What somebody is in the workspace that an address names, or in its account where it names no more: `stranger` also
 * where there is none. Where it cannot be found
 * out they are taken for a member: the page itself says what is wrong.
 */
export async function visitorOf(
  { account, workspace }: Named,
  actor: () => Promise<Actor | null>,
  { db, identity }: Reads,
): Promise<'nobody' | 'stranger' | 'member'> {
  try {
    const visitor = await actor();
    if (!visitor) return 'nobody';
    if (workspace === null)
      return visitor.kind === 'user' && (await isOfAccount(db, account, visitor.userId)) ? 'member' : 'stranger';
    const found = await findWorkspaceByHandles(db, account, workspace);
    const access = found && (await identity.accessTo(visitor, found.workspaceId, found.accountId));
    return access ? 'member' : 'stranger';
  } catch {
    return 'member';
  }
}

async function targetAtHome(url: string, visitor: Actor | null, { db, identity }: Reads): Promise<Target> {
  if (!visitor) return { kind: 'sign-in', next: url };
  const home = await identity.homeOf(visitor);
  const handles = home && (await findWorkspaceHandles(db, home.workspaceId, home.accountId));
  if (!handles) return { kind: 'nowhere' };
  return pageIn(handles, url, home!.workspaceId, db);
}

const lists = new Set(['/runs', '/flows', '/deployments', '/work-pools']);

type Handles = { account: string; workspace: string };
type Named = { account: string; workspace: string | null };

async function pageIn(handles: Handles, address: string, workspaceId: string, db: Reads['db']): Promise<Target> {
  const [path, query] = [address.replace(/[?].*$/, ''), /[?].*$/.exec(address)?.[0] ?? ''];
  const rest = await pageOf(path.replace(/\/$/, ''), workspaceId, db);
  // The filters of a list go along; those of another page mean nothing here.
  const filters = lists.has(rest) ? query : '';
  return { kind: 'page', path: `/${handles.account}/${handles.workspace}${rest}${filters}` };
}
