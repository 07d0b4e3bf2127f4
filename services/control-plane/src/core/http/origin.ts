import type { Config } from '../config/config.js';
import type { HeadgateRequest } from './request.js';

const host = /^([a-z\d_.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/** Whether a Host header holds what can stand in an address. */
export const isHost = (text: string): boolean => text.length <= 260 && host.test(text);

/** Where the caller finds us: as the operator says, or else as the caller does. */
export function originOf(
  { http }: Config,
  { protocol, host: named }: Pick<HeadgateRequest, 'protocol' | 'host'>,
): string {
  if (http.publicUrl) return http.publicUrl;
  return isHost(named) ? `${protocol}://${named}` : `http://localhost:${http.port}`;
}
