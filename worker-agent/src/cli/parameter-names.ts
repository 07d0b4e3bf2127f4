import type { DeploymentJson } from '../api/wire.js';
import { CliError } from './errors.js';

type Takes = Pick<DeploymentJson, 'parameters' | 'parameter_openapi_schema'>;

/**
 * Refuses names that the flow does not have: its run would fail, or go without the value that was meant. A deployment that
 * does not say what it takes is asked nothing. Throws CliError with exit code 2.
 */
export function refuseUnknown(parameters: Record<string, unknown>, deployment: Takes): void {
  const known = namesOf(deployment);
  if (!known) return;
  const unknown = Object.keys(parameters).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const list = unknown.map((name) => `"${name}"`).join(', ');
  const near = unknown.map((name) => nearest(name, known)).filter((name) => name !== null);
  throw new CliError(
    `The flow has no parameter ${list}. ${known.length > 0 ? `Its parameters: ${known.join(', ')}.` : 'It takes none.'}`,
    near.length > 0 ? near.map((name) => `-p '${name}=…'`).join(' ') : null,
    2,
  );
}

/** Null where any name may be right. */
function namesOf({ parameters, parameter_openapi_schema: schema }: Takes): string[] | null {
  if (!schema?.properties || schema.additionalProperties) return null;
  return [...new Set([...Object.keys(schema.properties), ...Object.keys(parameters)])];
}

/** The name that was probably meant: the one with the fewest letters to change, if these are at most a third of it. */
function nearest(name: string, known: readonly string[]): string | null {
  const [best] = known
    .map((each) => ({ each, changes: changesBetween(name.toLowerCase(), each.toLowerCase()) }))
    .toSorted((one, other) => one.changes - other.changes);
  return best && best.changes <= Math.max(1, best.each.length / 3) ? best.each : null;
}

/** How many letters must be put in, left out or replaced; two that have changed places are one change. */
function changesBetween(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const differs = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = Math.min(
        row[j - 1]! + 1,
        last[j]! + 1,
        last[j - 1]! + differs,
        swapped ? beforeLast[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[other.length]!;
}
