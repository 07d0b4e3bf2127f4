export { runName } from '@headgate/contracts';

/** A fixed name, or one made of the run's arguments; null when there is none. */
export function nameFrom(given: string | ((...args: any[]) => string) | undefined, args: unknown[]): string | null {
  return (typeof given === 'function' ? given(...args) : given) ?? null;
}
