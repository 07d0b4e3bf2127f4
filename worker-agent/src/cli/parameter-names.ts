import { unknownParameters, type TakesParameters } from '@headgate/contracts/parameter-names';
import { CliError } from './errors.js';

/** Refuses names that the flow does not have, and tells the ones that were meant. Throws CliError with exit code 2. */
export function refuseUnknown(parameters: Record<string, unknown>, deployment: TakesParameters): void {
  const unknown = unknownParameters(parameters, deployment);
  if (!unknown) return;
  const { words, meant } = unknown;
  throw new CliError(words, meant.length > 0 ? meant.map((name) => `-p '${name}=…'`).join(' ') : null, 2);
}
