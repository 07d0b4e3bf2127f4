import { expect, test } from 'vitest';
import { hydrate, HydrationError } from './hydrate.js';

const json = (value?: unknown) => ({ __prefect_kind: 'json', ...(value !== undefined && { value }) });

test('plain values stay as they are', () => {
  const plain = { a: 1, b: [true, null, { c: 'x' }], d: {} };
  expect(hydrate(plain)).toEqual(plain);
});

test('what is marked as none is taken as it is, and needs a value', () => {
  expect(
    hydrate({ a: { __prefect_kind: 'none', value: 5 }, b: { __prefect_kind: 'none', value: json('[1]') } }),
  ).toEqual({ a: 5, b: [1] });
  expect(() => hydrate({ a: { __prefect_kind: 'none' } })).toThrow(HydrationError);
});

test('JSON text is read, and refused when it is not JSON', () => {
  expect(hydrate({ a: json('{"b": [1, 2]}'), c: json('"x"') })).toEqual({ a: { b: [1, 2] }, c: 'x' });
  expect(() => hydrate({ a: json('{"b":') })).toThrow(/^Invalid JSON: /);
});

test('what asks to be left out is left out of objects and lists', () => {
  expect(hydrate({ a: json(), b: [1, json(), 2], c: { d: json() } })).toEqual({ b: [1, 2], c: {} });
  expect(hydrate(json())).toEqual({});
});

test('a template waits for the run, and one without text is left out', () => {
  const template = { __prefect_kind: 'jinja', template: 'Hello {{ name }}' };
  expect(hydrate({ a: template, b: { __prefect_kind: 'jinja' }, c: json(template) })).toEqual({
    a: template,
    c: template,
  });
});

test('a variable that the workspace does not have is an error that names it', () => {
  expect(() => hydrate({ a: { __prefect_kind: 'workspace_variable', variable_name: 'region' } })).toThrow(
    "Variable 'region' not found in workspace.",
  );
  expect(hydrate({ a: { __prefect_kind: 'workspace_variable' } })).toEqual({});
});

test('an unknown kind is its value', () => {
  expect(hydrate({ a: { __prefect_kind: 'future', value: 3 }, b: { __prefect_kind: 'future' } })).toEqual({
    a: 3,
    b: null,
  });
});
