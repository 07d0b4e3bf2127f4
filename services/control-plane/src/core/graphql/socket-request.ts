import type { IncomingMessage } from 'node:http';
import { fastifyCookie as cookie } from '@fastify/cookie';
import { newId } from '@headgate/contracts';
import type { Holder } from '../access/holders.js';
import { overSocket, type HeadgateRequest } from '../http/request.js';

/** `holder` is there once the socket has signed in. */
export type SocketExtra = { request: IncomingMessage; holder: Holder | null };
type SocketContext = { extra: SocketExtra; connectionParams?: Record<string, unknown> | undefined };

/**
 * A subscription looks to the guard like any request: with the cookies of the upgrade, or the key of the connection
 * parameters. Cookies count only when the page that connects is ours, or another site could listen with them.
 */
export function requestOfSocket({ extra, connectionParams }: SocketContext): HeadgateRequest {
  const { request, holder } = extra;
  const key = connectionParams?.['apiKey'];
  const headers = {
    ...request.headers,
    ...(typeof key === 'string' && { authorization: `Bearer ${key}` }),
  };
  const cookies = sameOrigin(request) ? cookie.parse(request.headers.cookie ?? '') : {};
  return {
    [overSocket]: true,
    id: newId(),
    method: 'POST',
    url: request.url,
    headers,
    cookies,
    raw: request,
    holder: holder ?? undefined,
  } as unknown as HeadgateRequest;
}

function sameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (!origin) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
