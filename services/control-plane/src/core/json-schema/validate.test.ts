import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JsonSchema, Preparation } from './prepare-schema.js';
import { unlimited } from '../documents/budget.js';
import { misfits, schemaMistake } from './validate.js';

/** What a real Prefect answers; made by golden/generate.py. */
type Row = {
  schema: JsonSchema;
  parameters: Record<string, unknown>;
  says: string | null;
  saysIgnoringRequired: string | null;
};
const rows = JSON.parse(readFileSync(new URL('golden/validation.json', import.meta.url), 'utf8')) as Row[];

const wrongValues = (schema: JsonSchema, values: Row['parameters'], preparation: Preparation = {}): string | null =>
  misfits({ schema, json: JSON.stringify(schema) }, [values], preparation, unlimited())[0]!;
const wrongSchema = (schema: JsonSchema) => schemaMistake(schema, unlimited());

function answerTo(...asked: Parameters<typeof wrongValues>): string | null {
  try {
    return wrongValues(...asked);
  } catch (error) {
    return (error as Error).message;
  }
}

test(`the ${rows.length} parameters of the table fit, or not, in the words of the wire`, () => {
  expect(rows.length).toBeGreaterThan(200);
  for (const { schema, parameters, says, saysIgnoringRequired } of rows) {
    const about = `${JSON.stringify(parameters)} as ${JSON.stringify(schema)}`;
    expect.soft(answerTo(schema, parameters), about).toBe(says);
    expect
      .soft(answerTo(schema, parameters, { ignoreRequired: true }), `${about}, nothing required`)
      .toBe(saysIgnoringRequired);
  }
});

test('a schema that is none is refused, also where no value gets to', () => {
  const broken: JsonSchema = { properties: { a: { type: 'sausage' } } };
  expect(wrongSchema(broken)).toBe("'sausage' is not valid under any of the given schemas");
  expect(() => wrongValues(broken, {})).toThrow(/^Invalid schema: /);
  expect(() => wrongValues({ properties: { a: { type: 'string', pattern: '(' } } }, { a: 'x' })).toThrow(
    "Invalid schema: '(' is not a 'regex'",
  );
  expect(wrongSchema({ type: 'object', properties: { a: true, b: { $ref: '#/definitions/B' } } })).toBe(null);
});

test('taken literally, a schema allows nothing that it does not say', () => {
  const schema: JsonSchema = { properties: { a: { type: 'integer' } } };
  expect(wrongValues(schema, { a: null })).toBe(null);
  expect(wrongValues(schema, { a: null }, { literally: true })).toBe(
    "Validation failed for field 'a'. Failure reason: None is not of type 'integer'",
  );
  const withDefault: JsonSchema = { properties: { a: { type: 'integer', default: 1 } } };
  expect(wrongValues(withDefault, { a: null })).not.toBe(null);
  expect(wrongValues(withDefault, { a: null }, { nullOverDefault: true })).toBe(null);
});

test('an odd name stands in brackets', () => {
  expect(wrongValues({ properties: { 'a-b': { type: 'integer', default: 1 } } }, { 'a-b': 'x' })).toBe(
    `Validation failed for field "$['a-b']". Failure reason: 'x' is not of type 'integer'`,
  );
});
