import { invalid } from '../errors/app-error.js';

const patterns = new Map<string, RegExp>();
const patternsMax = 500;

/** A pattern of a schema. Throws `invalid` for one that cannot be read. */
export function regex(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known) return known;
  const made = compiled(pattern, 'u') ?? compiled(pattern, '');
  if (!made) throw invalid(`Invalid schema: '${pattern}' is not a 'regex'`);
  if (patterns.size >= patternsMax) patterns.clear();
  patterns.set(pattern, made);
  return made;
}

/** Some patterns are only good without the stricter reading that goes with Unicode. */
function compiled(pattern: string, flags: string): RegExp | null {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return null;
  }
}
