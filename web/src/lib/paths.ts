import { writeList } from './address-values';

/** The part of an address that names a workspace: the handles of its account and its own. */
export type Place = { accountHandle: string; workspaceHandle: string };

const base = (place: Place) =>
  `/${encodeURIComponent(place.accountHandle)}/${encodeURIComponent(place.workspaceHandle)}`;

const withQuery = (path: string, query: Record<string, string | undefined>) => {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`;
};

/** Every address of the app is built here. */
export const paths = {
  start: () => '/',
  signIn: (next?: string) => withQuery('/sign-in', { next }),
  signUp: (next?: string) => withQuery('/sign-up', { next }),
  clientLogin: (callback: string) => withQuery('/auth/client', { callback }),
  apiKeys: () => '/settings/api-keys',
  home: (place: Place) => base(place),
  runs: (
    place: Place,
    {
      range,
      ...lists
    }: { state?: string[]; flow?: string[]; deployment?: string[]; pool?: string[]; range?: string } = {},
  ) =>
    withQuery(`${base(place)}/runs`, {
      ...Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, writeList(values)])),
      range,
    }),
  run: (place: Place, id: string) => `${base(place)}/runs/${id}`,
  taskRun: (place: Place, id: string) => `${base(place)}/task-runs/${id}`,
  flows: (place: Place) => `${base(place)}/flows`,
  flow: (place: Place, id: string) => `${base(place)}/flows/${id}`,
  deployments: (place: Place) => `${base(place)}/deployments`,
  deployment: (place: Place, id: string) => `${base(place)}/deployments/${id}`,
  workPools: (place: Place) => `${base(place)}/work-pools`,
  workPool: (place: Place, name: string) => withQuery(`${base(place)}/work-pools`, { pool: name }),
};

/** What the address of a workspace page says. Null outside of workspaces. */
export type WorkspaceAddress = Place & {
  section: string | null;
  id: string | null;
  /** Names no page there is. */ odd: boolean;
};

/** Sections whose things have pages of their own. */
const ofThings = new Set(['runs', 'task-runs', 'flows', 'deployments']);

const ownRoots = new Set(['sign-in', 'sign-up', 'auth', 'settings', 'api', 'graphql', '_next']);

export function readWorkspaceAddress(pathname: string): WorkspaceAddress | null {
  const [accountHandle, workspaceHandle, section = null, id = null, ...more] = pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  if (!accountHandle || !workspaceHandle || ownRoots.has(accountHandle)) return null;
  const odd = more.length > 0 || (id !== null && !ofThings.has(section ?? ''));
  return { accountHandle, workspaceHandle, section, id, odd };
}

/** The handle in the address of an account, and nothing behind it; null elsewhere. */
export function readAccountAddress(pathname: string): string | null {
  const [handle, ...rest] = pathname.split('/').filter((segment) => segment !== '');
  return handle && rest.length === 0 && !ownRoots.has(handle) ? decode(handle) : null;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const nowhere = 'http://here.invalid';

/**
 * Where to go after signing in: only a path of this app, never another site. Read as a browser reads it, which drops tabs
 * and line ends, folds dots and turns backslashes round.
 */
export function safeNext(next: string | null): string {
  if (!next?.startsWith('/') || !URL.canParse(next, nowhere)) return paths.start();
  const { origin, pathname, search, hash } = new URL(next, nowhere);
  // `/.//other.example` has become a path that means another site when it is read again.
  return origin === nowhere && !pathname.startsWith('//') ? pathname + search + hash : paths.start();
}
