/** What the `User-Agent` tells of a Prefect client: `prefect/3.4.11 (API 0.8.4)`. */
const shape = /^prefect\/((\d+)\.(\d+)\.(\d+)\S*)/;

/** The first version that renews the lease of its deployment's slot. */
const renewing = [3, 4, 11] as const;
/** They count the slots of deployments themselves. */
const counting = new Set(['3.0.0rc20', '3.0.0', '3.0.1', '3.0.2', '3.0.3']);

export type Client = {
  /** It renews the lease of its deployment's slot. */
  renewsLeases: boolean;
  /** It takes and gives back the slots of deployments on its own. */
  takesSlots: boolean;
};

/** Who does not say that it renews keeps its slot without renewing. */
export const unknownClient: Client = { renewsLeases: false, takesSlots: false };

export function clientOf(userAgent: string | undefined): Client {
  const match = shape.exec(userAgent ?? '');
  if (!match) return unknownClient;
  const [, version, ...numbers] = match;
  return { renewsLeases: isAtLeast(numbers.map(Number), renewing), takesSlots: counting.has(version!) };
}

function isAtLeast(version: number[], least: readonly number[]): boolean {
  for (const [at, part] of least.entries()) if (version[at] !== part) return version[at]! > part;
  return true;
}
