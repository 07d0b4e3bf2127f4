import { expect, test } from 'vitest';
import { proxyTrust, readTrustedProxies } from './trusted-proxies.js';

const trust = (text: string) => proxyTrust(readTrustedProxies(text)!);

test('without proxies nobody is believed', () => {
  expect(['127.0.0.1', '::1', '10.0.0.1'].filter((address) => trust('')(address, 0))).toEqual([]);
});

test('addresses and networks are believed, also where IPv4 is written as IPv6', () => {
  const isOurs = trust('10.0.0.7, 10.1.0.0/16, fd00::/8');
  const addresses = [
    '10.0.0.7',
    '::ffff:10.0.0.7',
    '10.1.200.3',
    'fd12::1',
    '10.0.0.8',
    '10.2.0.1',
    'fe80::1',
    'x',
    '',
  ];
  expect(addresses.filter((address) => isOurs(address, 0))).toEqual(addresses.slice(0, 4));
});

test('of a number, so many steps before us are believed', () => {
  expect([0, 1, 2].map((hop) => trust('2')('203.0.113.9', hop))).toEqual([true, true, false]);
});

test('what is neither is no setting, and nobody can trust everybody', () => {
  const wrong = [
    'true',
    '*',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '::/0',
    '10.0.0.1;10.0.0.2',
    '-1',
    '17',
    'loopback',
    '1,2',
  ];
  expect(wrong.filter((text) => readTrustedProxies(text) !== null)).toEqual([]);
});
