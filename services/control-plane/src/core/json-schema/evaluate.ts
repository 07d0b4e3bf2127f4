import { applicators } from './applicators.js';
import type { Mismatch } from './mismatch.js';
import { plainKeywords } from './plain-keywords.js';
import type { JsonSchema } from './prepare-schema.js';
import { pythonRepr } from './python-repr.js';

export type Schema = JsonSchema | boolean;
/** What is wrong with data under a schema, in the order in which the schema says it. */
export type Evaluate = (data: unknown, schema: Schema) => Mismatch[];
export type Reason = (wanted: never, data: unknown, schema: JsonSchema) => string[];

/** Schemas in schemas, and data in data, beyond which a schema is taken to go round in circles. */
const depthMax = 500;

/** The schema refers to itself without end. */
export class CircularSchema extends Error {}

/**
 * JSON Schema, draft 2020-12, within one document. Of its own because what it finds, in which order and in which words,
 * is part of the wire.
 */
export function mismatchesOf(data: unknown, root: Schema): Mismatch[] {
  let depth = 0;
  const evaluate: Evaluate = (data, schema) => {
    if (schema === true) return [];
    if (schema === false) return [plain('', schema, data, `False schema does not allow ${pythonRepr(data)}`)];
    if (++depth > depthMax) throw new CircularSchema();
    const found = Object.entries(schema).flatMap(([keyword, wanted]) => ofKeyword(keyword, wanted, data, schema));
    depth--;
    return found;
  };
  const ofKeyword = (keyword: string, wanted: unknown, data: unknown, schema: JsonSchema): Mismatch[] => {
    const applicator = Object.hasOwn(applicators, keyword) ? applicators[keyword] : undefined;
    if (applicator) return applicator({ wanted, data, schema, root: root as JsonSchema, evaluate });
    const reasons = Object.hasOwn(plainKeywords, keyword)
      ? (plainKeywords as Record<string, Reason>)[keyword]!(wanted as never, data, schema)
      : [];
    return reasons.map((reason) => plain(keyword, schema, data, reason));
  };
  return evaluate(data, root);
}

export const plain = (keyword: string, schema: Schema, data: unknown, reason: string): Mismatch => ({
  path: [],
  keyword,
  schema,
  data,
  reason,
  branches: [],
});
