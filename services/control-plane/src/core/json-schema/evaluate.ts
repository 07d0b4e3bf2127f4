import { applicators, type Schema } from './applicators.js';
import { plain, type Mismatch } from './mismatch.js';
import { plainKeywords } from './plain-keywords.js';
import type { JsonSchema } from './prepare-schema.js';
import { pythonRepr } from './python-repr.js';

type Reasons = (wanted: unknown, data: unknown) => string[];
const plainly = plainKeywords as Record<string, Reasons>;

/** Schemas in schemas, and data in data, beyond which a schema is taken to go round in circles. */
const depthMax = 500;

/** The schema refers to itself without end. */
export class CircularSchema extends Error {}

/**
 * What is wrong with data, in the order in which the schema says it: JSON Schema, draft 2020-12, within one document
 * and without the keywords about what is `unevaluated`, which no flow has.
 * Of its own because what is found, in which order and in which words, is part of the wire.
 */
export function mismatchesOf(data: unknown, root: JsonSchema): Mismatch[] {
  let depth = 0;
  const evaluate = (data: unknown, schema: Schema): Mismatch[] => {
    if (schema === true) return [];
    if (schema === false) return [plain('', schema, data, `False schema does not allow ${pythonRepr(data)}`)];
    if (++depth > depthMax) throw new CircularSchema();
    const found = Object.entries(schema).flatMap(([keyword, wanted]) => {
      const applicator = Object.hasOwn(applicators, keyword) ? applicators[keyword] : undefined;
      if (applicator) return applicator({ wanted, data, schema, root, evaluate });
      const reasons = Object.hasOwn(plainly, keyword) ? plainly[keyword]!(wanted, data) : [];
      return reasons.map((reason) => plain(keyword, schema, data, reason));
    });
    depth--;
    return found;
  };
  return evaluate(data, root);
}
