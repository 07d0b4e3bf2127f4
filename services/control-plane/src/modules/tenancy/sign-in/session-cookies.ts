import type { FastifyReply } from 'fastify';
import { sessionCookie } from '../../../core/access/credentials.js';
import type { Config } from '../../../core/config/config.js';
import { csrfTokenOf } from './secrets.js';
import type { StartedSession } from './sessions.service.js';

const csrfCookie = 'headgate_csrf';

/** The longest that browsers keep a cookie. When a session ends is decided here, not there: it lives on with each use. */
const maxAge = 400 * 86_400;

const attributes = (config: Config) => ({
  path: '/',
  sameSite: 'lax' as const,
  secure: config.http.publicUrl?.startsWith('https:') ?? false,
});

/** The session itself, which scripts cannot read, and its CSRF token, which our pages send back as `x-csrf-token`. */
export function setSessionCookies(reply: FastifyReply, session: StartedSession, config: Config): void {
  reply.setCookie(sessionCookie, session.token, { ...attributes(config), httpOnly: true, maxAge });
  reply.setCookie(csrfCookie, csrfTokenOf(session.id, config.access.secret), {
    ...attributes(config),
    httpOnly: false,
    maxAge,
  });
}

export function clearSessionCookies(reply: FastifyReply, config: Config): void {
  reply.clearCookie(sessionCookie, attributes(config));
  reply.clearCookie(csrfCookie, attributes(config));
}
