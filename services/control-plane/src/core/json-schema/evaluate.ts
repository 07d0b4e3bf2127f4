import type { Budget } from '../documents/budget.js';
import { applicators, type Schema } from './applicators.js';
import { mostTelling } from './best-mismatch.js';
import { plain, type Mismatch } from './mismatch.js';
import { plainKeywords } from './plain-keywords.js';
import type { JsonSchema } from './prepare-schema.js';
import { pythonRepr } from './python-repr.js';
import { resolve } from './references.js';

type Reasons = (wanted: unknown, data: unknown, budget: Budget) => (() => string)[];
const plainly = plainKeywords as Record<string, Reasons>;

/** Schemas in schemas, and data in data, beyond which a schema is taken to go round in circles. */
const depthMax = 500;

/** The schema refers to itself without end. */
export class CircularSchema extends Error {}

/**
 * What is wrong with data, of all that is wrong as much as is needed to choose what to tell: JSON Schema, draft 2020-12,
 * within one document and without the keywords about what is `unevaluated`, which no flow has.
 * Of its own because what is found, in which order and in which words, is part of the wire.
 */
export function mismatchesOf(data: unknown, root: JsonSchema, budget: Budget): Mismatch[] {
  let depth = 0;
  const evaluate = (data: unknown, schema: Schema): Mismatch[] => {
    budget.spend(1);
    if (schema === true) return [];
    if (schema === false) return [plain('', schema, data, () => `False schema does not allow ${pythonRepr(data)}`)];
    if (++depth > depthMax) throw new CircularSchema();
    const found = Object.entries(schema).flatMap(([keyword, wanted]) => {
      budget.spend(2 + weightOf(wanted) + weightOf(data));
      const applicator = Object.hasOwn(applicators, keyword) ? applicators[keyword] : undefined;
      if (applicator) return applicator({ wanted, data, schema, budget, evaluate, evaluateReferred });
      const reasons = Object.hasOwn(plainly, keyword) ? plainly[keyword]!(wanted, data, budget) : [];
      return reasons.map((reason) => plain(keyword, schema, data, reason));
    });
    depth--;
    return mostTelling(found);
  };
  // Schemas that refer to each other are a graph: every pair of a schema and a value is looked at once.
  const evaluateReferred = remembered(evaluate, root, budget);
  return evaluate(data, root);
}

/** What a keyword may have to walk through, whatever it is. */
const weightOf = (value: unknown): number => {
  if (typeof value === 'string') return value.length >> 5;
  if (typeof value !== 'object' || value === null) return 0;
  return (Array.isArray(value) ? value.length : Object.keys(value).length) >> 2;
};

type Evaluate = (data: unknown, schema: Schema) => Mismatch[];

function remembered(evaluate: Evaluate, root: JsonSchema, budget: Budget): (data: unknown, ref: string) => Mismatch[] {
  const referred = new Map<string, Schema>();
  const found = new Map<Schema, Map<unknown, Mismatch[]>>();
  return (data, ref) => {
    const schema = referred.get(ref) ?? resolve(root, ref);
    referred.set(ref, schema);
    const ofSchema = found.get(schema) ?? new Map<unknown, Mismatch[]>();
    found.set(schema, ofSchema);
    const known = ofSchema.get(data);
    if (known) return known;
    budget.spend(1);
    const mismatches = evaluate(data, schema);
    ofSchema.set(data, mismatches);
    return mismatches;
  };
}
