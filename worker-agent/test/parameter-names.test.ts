import { expect, test } from 'vitest';
import { CliError } from '../src/cli/errors.js';
import { refuseUnknown } from '../src/cli/parameter-names.js';

const takes = (
  properties: Record<string, unknown> | undefined,
  more: object = {},
  parameters: Record<string, unknown> = {},
) => ({
  parameters,
  parameter_openapi_schema: { type: 'object', ...(properties && { properties }), ...more },
});
const refusal = (names: string[], deployment: Parameters<typeof refuseUnknown>[1]) => {
  try {
    refuseUnknown(Object.fromEntries(names.map((name) => [name, 1])), deployment);
    return null;
  } catch (error) {
    return error as CliError;
  }
};
const nightly = takes({ days: {}, customer_id: {}, dry_run: {} });

test('names that the flow has are taken', () => {
  expect(refusal(['days', 'dry_run'], nightly)).toBeNull();
  expect(refusal([], nightly)).toBeNull();
});

test('a misspelt name is refused with the names that there are, and the one that was meant', () => {
  const error = refusal(['dasy'], nightly);
  expect(error).toMatchObject({
    message: 'The flow has no parameter "dasy". Its parameters: days, customer_id, dry_run.',
    hint: `-p 'days=…'`,
    exitCode: 2,
  });
  expect(refusal(['customerid', 'DryRun'], nightly)?.hint).toBe(`-p 'customer_id=…' -p 'dry_run=…'`);
});

test('where nothing is near nothing is guessed, and a flow without parameters says so', () => {
  expect(refusal(['colour'], nightly)?.hint).toBeNull();
  expect(refusal(['x'], takes({}))?.message).toBe('The flow has no parameter "x". It takes none.');
});

test('where any name may be right, none is refused', () => {
  expect(refusal(['x'], takes(undefined))).toBeNull();
  expect(refusal(['x'], { parameters: {}, parameter_openapi_schema: null })).toBeNull();
  expect(refusal(['x'], takes({ a: {} }, { additionalProperties: true }))).toBeNull();
  expect(refusal(['x'], takes({ a: {} }, {}, { x: 2 }))).toBeNull();
  expect(refusal(['x'], { ...nightly, enforce_parameter_schema: false })).toBeNull();
});
