import type { JsonSchema } from './prepare-schema.js';

const schema = { $ref: '#' };
const count = { type: 'integer', minimum: 0 };
const names = { type: 'array', items: { type: 'string' }, uniqueItems: true };
const simpleTypes = { enum: ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] };

/** Keywords whose values are alike. */
const all = (keywords: string, value: unknown): JsonSchema =>
  Object.fromEntries(keywords.split(' ').map((keyword) => [keyword, value]));

/** What a schema may say: draft 2020-12, in one document. */
export const metaSchema: JsonSchema = {
  type: ['object', 'boolean'],
  properties: {
    ...all('$id $schema $ref $anchor $dynamicRef $dynamicAnchor $comment title description', { type: 'string' }),
    ...all('pattern format contentEncoding contentMediaType', { type: 'string' }),
    ...all('$defs definitions properties patternProperties dependentSchemas', {
      type: 'object',
      additionalProperties: schema,
    }),
    ...all('items contains additionalProperties propertyNames if then else not', schema),
    ...all('unevaluatedItems unevaluatedProperties contentSchema', schema),
    ...all('prefixItems allOf anyOf oneOf', { type: 'array', minItems: 1, items: schema }),
    ...all('enum examples', { type: 'array' }),
    ...all('maximum exclusiveMaximum minimum exclusiveMinimum', { type: 'number' }),
    ...all('maxLength minLength maxItems minItems maxContains minContains maxProperties minProperties', count),
    ...all('uniqueItems deprecated readOnly writeOnly', { type: 'boolean' }),
    type: { anyOf: [simpleTypes, { type: 'array', items: simpleTypes, minItems: 1, uniqueItems: true }] },
    multipleOf: { type: 'number', exclusiveMinimum: 0 },
    required: names,
    dependentRequired: { type: 'object', additionalProperties: names },
  },
};
