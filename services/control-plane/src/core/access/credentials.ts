import type { IncomingHttpHeaders } from 'node:http';
import { unauthenticated, type AppError } from '../errors/app-error.js';
import { cookieName, type Cookies } from './cookies.js';
import type { Actor } from './ctx.js';
import type { Identity } from './identity.js';

/**
 * The key that a request carries: `Authorization: Bearer KEY`, or `Basic` with the key as the whole credential or as
 * its password, which is what tools that only know the self-hosted server's auth string send.
 */
export function apiKeyOf(header: string | undefined): string | null {
  const [scheme, value] = (header ?? '').split(' ', 2);
  if (!scheme || !value) return null;
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  return keyOfCredential(Buffer.from(value, 'base64').toString('utf8'));
}

/** The key in `KEY` or `anything:KEY`. */
export function keyOfCredential(credential: string): string {
  return credential.slice(credential.lastIndexOf(':') + 1);
}

/** What a request shows to prove who sent it. */
export type Shown = { headers: IncomingHttpHeaders; cookies?: Cookies };

/** Who sent it; null when it shows nothing, or nothing that is known. A key counts before a session. */
export async function actorOf(identity: Identity, { headers, cookies }: Shown): Promise<Actor | null> {
  const key = apiKeyOf(headers.authorization);
  const byKey = key ? await identity.byApiKey(key) : null;
  if (byKey) return byKey;
  const token = identity.sessionTokenOf(cookies);
  return token ? identity.bySession(token) : null;
}

/** Notes on a request who sent it, as of now. */
export async function askActor(
  identity: Identity,
  request: Shown & { actor?: Actor | null; actorAt?: number },
): Promise<void> {
  request.actor = await actorOf(identity, request);
  request.actorAt = performance.now();
}

const sessionCookies = [true, false].map((isSecure) => cookieName('headgate_session', isSecure));

/** Why somebody is nobody here, and what to do: clients show it to their users. */
export function unknownCaller({ headers, cookies }: Shown): AppError {
  if (headers.authorization)
    return unauthenticated(
      `Unauthorized: this API key is not known here, has expired or was revoked. Make a new one in the web app and use it: ${placeOfKey(headers.authorization)}.`,
    );
  if (showsAnything({ headers, ...(cookies && { cookies }) }))
    return unauthenticated('Unauthorized: the session has ended. Please sign in again.');
  return unauthenticated(
    'Unauthorized: no API key came along. Set PREFECT_API_KEY to one of yours (PREFECT_API_AUTH_STRING where PREFECT_API_URL names no workspace).',
  );
}

/** Where the key stands that a client sent: the setting of a self-hosted server is the only one that is sent as `Basic`. */
const placeOfKey = (authorization: string): string =>
  /^basic /i.test(authorization) ? 'PREFECT_API_AUTH_STRING' : 'prefect cloud login, PREFECT_API_KEY, or agent login';

export const showsAnything = ({ headers, cookies }: Shown): boolean =>
  Boolean(headers.authorization || sessionCookies.some((name) => cookies?.[name]));
