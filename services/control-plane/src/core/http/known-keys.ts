import { withoutPlaces } from './lax-values.js';
import type { Mistake } from './zod-issues.js';

const depthMax = 10;

/**
 * A value without the keys that its schema refuses as unknown, and the places where they stood. Where there are
 * alternatives they come to light one depth after the other.
 */
export function withoutUnknownKeys(
  sent: unknown,
  mistakesOf: (value: unknown) => Mistake[],
): { known: unknown; left: string[] } {
  let known = sent;
  const left: string[] = [];
  for (let depth = 0; depth < depthMax; depth++) {
    const unknown = mistakesOf(known).filter(({ issue }) => issue.type === 'extra_forbidden');
    if (unknown.length === 0) break;
    left.push(...unknown.map(({ place }) => place.join('.')));
    known = withoutPlaces(
      known,
      unknown.map(({ place }) => place),
    );
  }
  return { known, left };
}
