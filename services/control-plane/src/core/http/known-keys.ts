import { withoutPlaces } from './lax-values.js';
import type { Parsed } from './zod-issues.js';

const depthMax = 10;
const lookedAtMax = 1_000;

/**
 * A value without the keys that its schema refuses as unknown, how it reads then, and the places where they stood. Where
 * there are alternatives they come to light one depth after the other: yields each value that is to be read.
 */
export function* withoutUnknownKeys(
  sent: unknown,
  first: Parsed,
): Generator<unknown, { known: unknown; parsed: Parsed; left: string[] }, Parsed> {
  let [known, parsed] = [sent, first];
  const left: string[] = [];
  for (let depth = 0; depth < depthMax && 'mistakes' in parsed; depth++) {
    const unknown = parsed.mistakes(lookedAtMax).filter(({ issue }) => issue.type === 'extra_forbidden');
    if (unknown.length === 0) break;
    left.push(...unknown.map(({ place }) => place.join('.')));
    known = withoutPlaces(
      known,
      unknown.map(({ place }) => place),
    );
    parsed = yield known;
  }
  return { known, parsed, left };
}
