import { BlockList, isIP } from 'node:net';

/** Networks, or how many hops before the api are ours. */
export type TrustedProxies = string[] | number;

export const proxiesAre = 'must be addresses or networks with commas between, or a number of proxies up to 16';

/** Null for what is neither. */
export function readTrustedProxies(text: string): TrustedProxies | null {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 1 && /^\d{1,2}$/.test(parts[0]!)) return Number(parts[0]) <= 16 ? Number(parts[0]) : null;
  return parts.every(isNetwork) ? parts : null;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  // A network of everybody would let clients choose their address.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** Whether an address that stands `hop` steps before us is a proxy of ours. */
export function proxyTrust(proxies: TrustedProxies): (address: string, hop: number) => boolean {
  if (typeof proxies === 'number') return (_, hop) => hop < proxies;
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
