import { expect, test } from 'vitest';
import { Budget } from '../../core/documents/budget.js';
import { hydrate as hydrateWith, HydrationError } from './hydrate.js';

const variables: Record<string, unknown> = { region: { at: ['eu'] }, empty: null, marked: { __prefect_kind: 'json' } };
const hydrate = (given: Record<string, unknown>) =>
  hydrateWith(given, async (name) => (name in variables ? { value: variables[name] } : undefined), new Budget('test'));
const json = (value?: unknown) => ({ __prefect_kind: 'json', ...(value !== undefined && { value }) });
const jinja = (template?: unknown) => ({ __prefect_kind: 'jinja', ...(template !== undefined && { template }) });
const variable = (name?: unknown) => ({
  __prefect_kind: 'workspace_variable',
  ...(name !== undefined && { variable_name: name }),
});

test('plain values stay as they are', async () => {
  const plain = { a: 1, b: [true, null, { c: 'x' }], d: {} };
  expect(await hydrate(plain)).toEqual(plain);
});

test('what is marked as none is looked into, and needs a value', async () => {
  const none = (value: unknown) => ({ __prefect_kind: 'none', value });
  expect(await hydrate({ a: none(5), b: none({ c: json('[1]') }) })).toEqual({ a: 5, b: { c: [1] } });
  await expect(hydrate({ a: { __prefect_kind: 'none' } })).rejects.toThrow("Missing 'value' key in __prefect object");
});

test('JSON text is read, and not looked into further; what is not text is taken as it is', async () => {
  expect(await hydrate({ a: json('{"b": [1, 2]}'), c: json('"x"') })).toEqual({ a: { b: [1, 2] }, c: 'x' });
  expect(await hydrate({ a: json('{"__prefect_kind":"json","value":"3"}') })).toEqual({ a: json('3') });
  expect(await hydrate({ a: json(null), b: json(5), c: json([json('2')]) })).toEqual({ a: null, b: 5, c: [json('2')] });
  expect(await hydrate({ a: json({ k: json('2') }) })).toEqual({ a: { k: 2 } });
  await expect(hydrate({ a: json('{"b":') })).rejects.toThrow(/^Invalid JSON: /);
});

test('what lacks its text is left out of objects and lists, and out of what it stands for', async () => {
  expect(await hydrate({ a: json(), b: [1, json(), 2], c: { d: variable() } })).toEqual({ b: [1, 2], c: {} });
  expect(await hydrate({ a: json(json()), b: jinja(json()), c: variable(json()) })).toEqual({});
  expect(await hydrate(json())).toEqual({});
});

test('a template is filled in, also where JSON text or a name is wanted', async () => {
  expect(await hydrate({ a: jinja('{{ 1 + 1 }}{{ nothing }}'), b: jinja('plain') })).toEqual({ a: '2', b: 'plain' });
  expect(await hydrate({ a: json(jinja('{{ [1, 2]|tojson }}')), b: variable(jinja('reg{{ "ion" }}')) })).toEqual({
    a: [1, 2],
    b: { at: ['eu'] },
  });
  await expect(hydrate({ a: jinja() })).rejects.toThrow("Missing 'template' key in __prefect object");
  await expect(hydrate({ a: jinja('{{ x') })).rejects.toThrow(
    "Invalid jinja: unexpected end of template, expected 'end of print statement'.",
  );
  await expect(hydrate({ a: jinja('{{ x|later }}') })).rejects.toThrow(
    "Invalid jinja: Failed to render template due to the following error: No filter named 'later'.",
  );
  await expect(hydrate({ a: jinja(5) })).rejects.toThrow(HydrationError);
});

test('a variable stands for its value, null too, which is not looked into; one that is not there is named', async () => {
  expect(await hydrate({ a: variable('region'), b: [variable('empty')], c: variable('marked') })).toEqual({
    a: { at: ['eu'] },
    b: [null],
    c: json(),
  });
  expect(await hydrate({ a: variable(json('"region"')) })).toEqual({ a: { at: ['eu'] } });
  for (const [name, told] of [
    ['size', 'size'],
    [5, '5'],
    [null, 'None'],
  ])
    await expect(hydrate({ a: variable(name) })).rejects.toThrow(`Variable '${told}' not found in workspace.`);
});

test('an unknown kind is its value', async () => {
  expect(await hydrate({ a: { __prefect_kind: 'future', value: json('3') }, b: { __prefect_kind: null } })).toEqual({
    a: json('3'),
    b: null,
  });
});

test('the whole may be marked, and has to be an object', async () => {
  expect(await hydrate(json('{"a":1}'))).toEqual({ a: 1 });
  await expect(hydrate(json('[1]'))).rejects.toThrow(HydrationError);
});
