/** `xmin:xmax:xip,…`: all transactions below xmax are over, but for those in the list. */
function partsOf(snapshot: string): { xmax: bigint; open: number } {
  const [, xmax, open] = snapshot.split(':');
  return { xmax: BigInt(xmax!), open: open ? open.split(',').length : 0 };
}

/**
 * Whether a snapshot of a server was made after another and sees more than that: with time xmax only grows, and while it
 * stays, the transactions below it that are open become fewer.
 */
export function isLater(one: string, other: string): boolean {
  const [a, b] = [partsOf(one), partsOf(other)];
  return a.xmax === b.xmax ? a.open < b.open : a.xmax > b.xmax;
}
