/** What the `User-Agent` tells of a Prefect client: `prefect/3.4.11 (API 0.8.4)`. */
const shape = /^prefect\/(\d+)\.(\d+)\.(\d+)/;

/** The first version that renews the lease of its deployment's slot. */
const renewing = [3, 4, 11] as const;

/** Unknown clients are our own SDK and tools, which renew; old Prefect clients do not. */
export function clientOf(userAgent: string | undefined): { renewsLeases: boolean } {
  const match = shape.exec(userAgent ?? '');
  if (!match) return { renewsLeases: true };
  const version = match.slice(1).map(Number);
  for (const [at, part] of renewing.entries()) {
    if (version[at]! !== part) return { renewsLeases: version[at]! > part };
  }
  return { renewsLeases: true };
}
