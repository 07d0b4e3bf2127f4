import { forbidden } from '../errors/app-error.js';
import { isSocketRequest, type HeadgateRequest } from '../http/request.js';
import type { Actor } from './ctx.js';
import type { Identity } from './identity.js';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A change by a session needs the token that only our own pages can read. */
export function refuseForgery(identity: Identity, request: HeadgateRequest, actor: Actor): void {
  if (actor.kind !== 'user' || actor.via !== 'session' || reading.has(request.method)) return;
  // A socket has proved itself by its Origin when it connected.
  if (isSocketRequest(request)) return;
  const token = request.headers['x-csrf-token'];
  if (!identity.csrfMatches(actor, Array.isArray(token) ? token[0] : token))
    throw forbidden('Invalid CSRF token or client identifier.');
}

/**
 * Whether a browser says that another site's page sends this. Old browsers, and all of them over plain HTTP, only name
 * the page's origin; programs say neither.
 */
export function isFromAnotherSite(
  { method, headers }: Pick<HeadgateRequest, 'method' | 'headers'>,
  ours: string,
): boolean {
  if (reading.has(method) || headers.authorization) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== ours);
}
