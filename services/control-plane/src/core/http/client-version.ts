import { clientVersionKnown } from '@headgate/contracts/rest/server-info';

/** What the `User-Agent` tells of a Prefect client: `prefect/3.4.11 (API 0.8.4)`. */
const shape = /^prefect\/((\d{1,4})\.(\d{1,4})\.(\d{1,4})\S*)/;

export type ClientVersion = { text: string; numbers: number[] };

export function clientVersionOf(userAgent: string | undefined): ClientVersion | null {
  const match = shape.exec(userAgent ?? '');
  return match && { text: match[1]!.slice(0, 40), numbers: match.slice(2).map(Number) };
}

export function isAtLeast(version: readonly number[], least: readonly number[]): boolean {
  for (const [at, part] of least.entries()) if (version[at] !== part) return version[at]! > part;
  return true;
}

const known = clientVersionKnown.split('.').map(Number);

/** Newer than the release that the wire was last held against. */
export const isNewer = (version: ClientVersion): boolean => !isAtLeast(known, version.numbers);
