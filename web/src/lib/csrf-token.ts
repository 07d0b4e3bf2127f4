import { cookieValue } from './cookie-value';

/** The token of the session that changes have to carry. Under https its cookie is bound to the host, and named so. */
export const csrfToken = (cookies: string): string =>
  cookieValue(cookies, '__Host-headgate_csrf') ?? cookieValue(cookies, 'headgate_csrf') ?? '';
