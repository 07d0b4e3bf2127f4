import { clientVersionOf, isAtLeast } from '../../../core/http/client-version.js';

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
  const version = clientVersionOf(userAgent);
  if (!version) return unknownClient;
  return { renewsLeases: isAtLeast(version.numbers, renewing), takesSlots: counting.has(version.text) };
}
