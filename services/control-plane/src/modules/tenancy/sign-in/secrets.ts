import { createHmac, hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const apiKeyShape = /^pnu_[0-9A-Za-z]{36}$/;

/** 36 characters of 62: about 214 bits. Tools look at the prefix. */
export const newApiKey = (): string =>
  `pnu_${Array.from({ length: 36 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
export const isApiKey = (text: string): boolean => apiKeyShape.test(text);
/** How a key is shown after its creation: prefix and last four characters. */
export const maskOf = (key: string): string => `${key.slice(0, 4)}…${key.slice(-4)}`;

export const newSessionToken = (): string => randomBytes(32).toString('base64url');
export const isSessionToken = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** Keys and tokens are random and long, so that a plain hash cannot be turned back. */
export const digestOf = (secret: string): Buffer<ArrayBuffer> => Buffer.from(hash('sha256', secret, 'buffer'));

/** The CSRF token of a session: only we can make it, and it says nothing about the session. */
export const csrfTokenOf = (sessionId: string, secret: string): string =>
  createHmac('sha256', secret).update(`csrf:${sessionId}`).digest('base64url');

export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
