import type { IncomingMessage } from 'node:http';

const absolute = /^https?:\/\/[^/?]*/i;

/**
 * A target as clients of a proxy write it (`GET http://host/path`) says no more than its path does (RFC 9112, 3.2.2): we
 * serve what is ours and nothing else, whatever host it names. It is taken off once, before anybody looks at the path.
 */
export function takeOriginForm(request: IncomingMessage): void {
  if (!request.url || request.url.startsWith('/')) return;
  const rest = request.url.replace(absolute, '');
  if (rest.length < request.url.length) request.url = rest.startsWith('/') ? rest : `/${rest}`;
}
