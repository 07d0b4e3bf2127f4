import type { JsonSchema } from './prepare-schema.js';
import { pythonRepr } from './python-repr.js';

/** What does not fit: where in the data, which keyword of which schema says so, and why in words. */
export type Mismatch = {
  path: (string | number)[];
  keyword: string;
  /** The schema that the keyword stands in. */
  schema: JsonSchema | boolean;
  data: unknown;
  /** In words. They quote data and schema, so that they are only made for what is told. */
  reason: () => string;
  /** Of a keyword that offers branches: what is wrong in each of them. Paths begin at the data. */
  branches: Mismatch[];
};

export const plain = (
  keyword: string,
  schema: JsonSchema | boolean,
  data: unknown,
  reason: () => string,
): Mismatch => ({
  path: [],
  keyword,
  schema,
  data,
  reason,
  branches: [],
});

const step = (part: string | number): string => {
  if (typeof part === 'number') return `[${part}]`;
  return /^[a-z]\w*$/i.test(part) ? `.${part}` : `['${part.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
};

/** In the words that clients show to people. */
export function describe({ path, reason: why }: Mismatch): string {
  const reason = why();
  const field = `$${path.map(step).join('')}`;
  const where =
    field === '$' ? 'Validation failed.' : `Validation failed for field ${pythonRepr(field.replaceAll('$.', ''))}.`;
  return `${where} Failure reason: ${reason}`;
}
