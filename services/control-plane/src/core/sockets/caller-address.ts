import type { IncomingMessage } from 'node:http';
import { householdOf } from '../http/connections.js';

/** Where a socket comes from: behind the proxies that are trusted, what the first of them says. */
export function callerAddress(
  { socket, headers }: IncomingMessage,
  isProxy: (address: string, hop: number) => boolean,
): string {
  const told = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').reverse();
  let address = socket.remoteAddress ?? '';
  for (let hop = 0; hop < told.length && isProxy(address, hop); hop++) address = told[hop]!.trim() || address;
  return householdOf(address);
}
