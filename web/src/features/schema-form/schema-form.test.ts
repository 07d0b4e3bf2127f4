import { describe, expect, test } from 'vitest';
import { draftsOf, fieldsOf, valuesOf } from './schema-form';

const schema = {
  title: 'Parameters',
  type: 'object',
  required: ['city', 'count'],
  properties: {
    count: { title: 'Count', type: 'integer', position: 1 },
    city: { title: 'City', type: 'string', position: 0, description: 'Where to look' },
    ratio: { type: 'number', default: 0.5, position: 2 },
    dry: { type: 'boolean', default: false, position: 3 },
    level: { $ref: '#/definitions/Level', position: 4 },
    since: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }], position: 5 },
    names: { type: 'array', items: { type: 'string' }, position: 6 },
    sizes: { type: 'array', items: { type: 'number' }, position: 7 },
    options: { type: 'object', default: { a: 1 }, position: 8 },
    either: { anyOf: [{ type: 'string' }, { type: 'integer' }], position: 9 },
  },
  definitions: { Level: { enum: ['low', 'high', 3] } },
};

const fields = fieldsOf(schema);
const drafts = draftsOf(fields, { city: 'Oslo', names: ['a', 'b'] });

test('each parameter gets the control of its type, in the order of the signature', () => {
  expect(fields.map((field) => `${field.name}:${field.kind}`)).toEqual([
    'city:text',
    'count:integer',
    'ratio:number',
    'dry:boolean',
    'level:enum',
    'since:date-time',
    'names:list',
    'sizes:list',
    'options:json',
    'either:json',
  ]);
  expect(fields[0]).toMatchObject({ title: 'City', description: 'Where to look', required: true });
  expect(fields[5]).toMatchObject({ nullable: true, required: false });
});

test('the controls begin with the deployment’s values, and with the defaults where it has none', () => {
  expect(drafts).toMatchObject({
    city: 'Oslo',
    ratio: '0.5',
    dry: 'false',
    count: '',
    names: 'a\nb',
    options: '{\n  "a": 1\n}',
  });
});

describe('what the controls stand for', () => {
  test('is typed, and what is empty is left out', () => {
    const filled = {
      ...drafts,
      count: '3',
      level: '3',
      since: '2026-03-01T10:00:00Z',
      sizes: '1\n 2.5 \n',
      dry: 'true',
      either: '"x"',
    };
    expect(valuesOf(fields, filled)).toEqual({
      errors: {},
      values: {
        city: 'Oslo',
        count: 3,
        ratio: 0.5,
        dry: true,
        level: 3,
        since: '2026-03-01T10:00:00.000Z',
        names: ['a', 'b'],
        sizes: [1, 2.5],
        options: { a: 1 },
        either: 'x',
      },
    });
    expect(valuesOf(fields, { ...filled, since: '', either: '' }).values).not.toHaveProperty('since');
  });

  test('is refused field by field', () => {
    const wrong = { ...drafts, city: ' ', count: '1.5', ratio: 'x', since: 'soon', sizes: '1\nx', options: '{' };
    expect(valuesOf(fields, wrong).errors).toEqual({
      city: 'This parameter is needed.',
      count: 'Enter a whole number.',
      ratio: 'Enter a number.',
      since: 'Enter a date and a time.',
      sizes: 'Every line must be a number.',
      options: 'This is not valid JSON.',
    });
  });
});

test('a schema without properties, or none at all, has no fields', () => {
  for (const nothing of [null, undefined, {}, [], { properties: [] }]) expect(fieldsOf(nothing)).toEqual([]);
});

test('a reference that leads in a circle ends as JSON', () => {
  const circle = { properties: { a: { $ref: '#/definitions/A' } }, definitions: { A: { $ref: '#/definitions/A' } } };
  expect(fieldsOf(circle)[0]!.kind).toBe('json');
});
