import type { FastifyReply } from 'fastify';
import { cookieName, cookieOf, type Cookies } from '../../../core/access/cookies.js';
import type { Config } from '../../../core/config/config.js';
import { rememberBrowser } from './known-browsers.js';
import { csrfTokenOf } from './secrets.js';
import type { SignedIn } from './sign-in.service.js';

/** The longest that browsers keep a cookie. */
const browserSeconds = 400 * 86_400;

const attributes = (config: Config) => ({
  path: '/',
  sameSite: 'lax' as const,
  secure: config.access.secureCookies,
});

/**
 * The session itself and by what the browser is known again, which scripts cannot read, and the session's CSRF token,
 * which our pages send back as `x-csrf-token`. When a session ends is decided by the server: it lives on with each use.
 */
export function setSessionCookies(reply: FastifyReply, cookies: Cookies, signedIn: SignedIn, config: Config): void {
  const { secret, secureCookies, sessionSecondsMax: maxAge } = config.access;
  const { session, user } = signedIn;
  const hidden = { ...attributes(config), httpOnly: true };
  const browser = rememberBrowser(cookieOf(cookies, 'headgate_browser', secureCookies), user.email, secret);
  reply.setCookie(cookieName('headgate_session', secureCookies), session.token, { ...hidden, maxAge });
  reply.setCookie(cookieName('headgate_csrf', secureCookies), csrfTokenOf(session.id, secret), {
    ...attributes(config),
    httpOnly: false,
    maxAge,
  });
  reply.setCookie(cookieName('headgate_browser', secureCookies), browser, { ...hidden, maxAge: browserSeconds });
}

/** The browser stays known to those who signed in with it. */
export function clearSessionCookies(reply: FastifyReply, config: Config): void {
  for (const name of ['headgate_session', 'headgate_csrf'] as const)
    reply.clearCookie(cookieName(name, config.access.secureCookies), attributes(config));
}
