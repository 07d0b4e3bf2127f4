import { adjectives, animals, uniqueNamesGenerator } from 'unique-names-generator';

/** `calm-otter`: a name for a run that nobody named. */
export const runName = (): string =>
  uniqueNamesGenerator({ dictionaries: [adjectives, animals], separator: '-', length: 2 });

/** A fixed name, or one made of the run's arguments; null when there is none. */
export function nameFrom(given: string | ((...args: any[]) => string) | undefined, args: unknown[]): string | null {
  return (typeof given === 'function' ? given(...args) : given) ?? null;
}
