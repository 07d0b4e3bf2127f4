/** Our cookies: the session, the token that our pages send back with changes, and by what a browser is known again. */
export type CookieName = 'headgate_session' | 'headgate_csrf' | 'headgate_browser';
export type Cookies = Record<string, string | undefined> | undefined;

/** Under https a cookie is bound to this very host: no other site below its domain can plant one of these names. */
export const cookieName = (name: CookieName, isSecure: boolean): string => (isSecure ? `__Host-${name}` : name);

export const cookieOf = (cookies: Cookies, name: CookieName, isSecure: boolean): string | undefined =>
  cookies?.[cookieName(name, isSecure)];
