import type { onRequestHookHandler } from 'fastify';

/** For answers that are data: a browser that opens one as a page runs nothing of it and frames it nowhere. */
const ofData = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
};
const httpsOnly = { 'strict-transport-security': 'max-age=31536000' };

/** What browsers may do with our answers. Pages replace the policy by their own. */
export function guardAnswers(isSecure: boolean): onRequestHookHandler {
  const headers = isSecure ? { ...ofData, ...httpsOnly } : ofData;
  return (_request, reply, done) => {
    reply.headers(headers);
    done();
  };
}

/** A page that loads from us alone. `scripts` are the hashes of those that stand in it. */
export const pagePolicy = ({ scripts = [], connect = [] }: { scripts?: string[]; connect?: string[] }): string =>
  [
    "default-src 'self'",
    ["script-src 'self'", ...scripts.map((hash) => `'${hash}'`)].join(' '),
    // Components place and animate themselves by style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...connect].join(' '),
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');

/** A script may be that of a thread, which loads the rest of itself; what threads ask for goes by their own policy. */
export const scriptPolicy = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";

export const pageHeaders = {
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
};
