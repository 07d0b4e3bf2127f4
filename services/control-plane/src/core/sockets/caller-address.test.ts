import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { proxyTrust } from '../config/trusted-proxies.js';
import { callerAddress } from './caller-address.js';

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test.each([
  ['nobody is trusted', [], '10.0.0.1', '1.2.3.4', '10.0.0.1'],
  ['a trusted proxy tells who called it', ['10.0.0.1'], '10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['what the caller says of itself does not count', ['10.0.0.1'], '10.0.0.1', '6.6.6.6, 1.2.3.4', '1.2.3.4'],
  ['of two proxies the outer one tells', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4, 10.0.0.2', '1.2.3.4'],
  ['so many hops are ours', 1, '10.0.0.1', '6.6.6.6, 1.2.3.4', '1.2.3.4'],
  ['a proxy that tells nothing is the caller', ['10.0.0.1'], '10.0.0.1', undefined, '10.0.0.1'],
  ['a household of IPv6 is one', [], '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2'],
])('%s', (_, proxies, remote, forwarded, address) => {
  expect(callerAddress(from(remote, forwarded), proxyTrust(proxies))).toBe(address);
});
