import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JsonSchema } from './prepare-schema.js';
import { wrongValues } from './validate.js';

/** What a real Prefect answers; made by golden/generate.py. */
type Row = {
  schema: JsonSchema;
  parameters: Record<string, unknown>;
  says: string | null;
  saysIgnoringRequired: string | null;
};
const rows = JSON.parse(readFileSync(new URL('golden/validation.json', import.meta.url), 'utf8')) as Row[];

test(`the ${rows.length} parameters of the table fit, or not, in the words of the wire`, () => {
  expect(rows.length).toBeGreaterThan(70);
  for (const { schema, parameters, says, saysIgnoringRequired } of rows) {
    const about = `${JSON.stringify(parameters)} as ${JSON.stringify(schema)}`;
    expect.soft(wrongValues(schema, parameters), about).toBe(says);
    expect
      .soft(wrongValues(schema, parameters, { ignoreRequired: true }), `${about}, nothing required`)
      .toBe(saysIgnoringRequired);
  }
});

test('a schema that cannot be used is refused, and none is fetched', () => {
  expect(() => wrongValues({ properties: { a: { $ref: '#/definitions/Nowhere' } } }, { a: 1 })).toThrow(
    /schema is not valid/,
  );
  expect(() => wrongValues({ properties: { a: { $ref: 'https://example.test/schema.json' } } }, { a: 1 })).toThrow(
    /schema is not valid/,
  );
  expect(() => wrongValues({ properties: { a: { type: 'sausage' } } }, { a: 1 })).toThrow(/schema is not valid/);
});

test('an odd name stands in brackets', () => {
  expect(wrongValues({ properties: { 'a-b': { type: 'integer', default: 1 } } }, { 'a-b': 'x' })).toBe(
    `Validation failed for field "$['a-b']". Failure reason: 'x' is not of type 'integer'`,
  );
});
