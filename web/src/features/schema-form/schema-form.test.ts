import { describe, expect, test } from 'vitest';
import { parseExact, stringifyExact } from '@/lib/exact-json';
import { checkBesides, placeRefusal } from './check-values';
import { draftOf, editedValues, type Draft } from './drafts';
import { fieldsOf, kindWord, rootOf } from './read-schema';

const schema = {
  title: 'Parameters',
  type: 'object',
  required: ['city', 'count'],
  properties: {
    count: { title: 'Count', type: 'integer', position: 1, minimum: 1, maximum: 5000 },
    city: { title: 'City', type: 'string', position: 0, description: 'Where to look', pattern: '^[A-Z]' },
    ratio: { type: 'number', default: 0.5, position: 2 },
    dry: { type: 'boolean', default: false, position: 3 },
    level: { $ref: '#/definitions/Level', position: 4 },
    since: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }], position: 5 },
    day: { type: 'string', format: 'date', position: 6 },
    token: { type: 'string', format: 'password', writeOnly: true, position: 7 },
    names: { type: 'array', items: { type: 'string', minLength: 2 }, uniqueItems: true, position: 8 },
    nested: { allOf: [{ $ref: '#/definitions/Nested' }], position: 9 },
    either: {
      anyOf: [{ type: 'string' }, { type: 'integer', maximum: 9 }, { $ref: '#/definitions/Nested' }],
      position: 10,
    },
    free: { type: 'object', default: { a: 1 }, position: 11 },
    'a.b[0]': { type: 'string', default: 'x', position: 12 },
    rows: { type: 'array', items: { $ref: '#/definitions/Nested' }, position: 13 },
  },
  definitions: {
    Level: { enum: ['low', 'high', 3] },
    Nested: {
      title: 'Nested',
      type: 'object',
      required: ['n'],
      properties: { n: { type: 'integer' }, note: { type: 'string' } },
    },
  },
};
const root = rootOf(schema);
const drafts = (own: Record<string, unknown> = {}) => draftOf(root, own) as Record<string, Draft>;
const at = (name: string) => `c${root.children.findIndex((child) => child.name === name)}`;
const complete = { city: 'Oslo', count: 3 };
/** What is sent when these controls were changed. */
const send = (changes: Record<string, Draft>, own: Record<string, unknown> = complete) => {
  const first = drafts(own);
  const now = { ...first, ...Object.fromEntries(Object.entries(changes).map(([name, draft]) => [at(name), draft])) };
  const { values, mistakes } = editedValues({ root, drafts: now, first, own });
  return { values, mistakes: [...mistakes, ...checkBesides(mistakes, root, values, now)] };
};

test('each parameter gets the control of its type, in the order of the signature', () => {
  expect(fieldsOf(schema).map((field) => `${field.name}: ${kindWord(field)}`)).toEqual([
    'city: Text',
    'count: Whole number',
    'ratio: Number',
    'dry: Yes or no',
    'level: Choice',
    'since: Date and time',
    'day: Date',
    'token: Secret',
    'names: List',
    'nested: Object',
    'either: Text or Whole number or Nested',
    'free: JSON',
    'a.b[0]: Text',
    'rows: List',
  ]);
});

test('the branches of a value are told apart by their titles, their kinds, what is in them, or their places', () => {
  const titles = (of: object) =>
    fieldsOf({ properties: { either: { title: 'either', ...of } } })[0]!.children.map((b) => b.title);
  const [text, whole] = [{ type: 'string' }, { type: 'integer' }];
  expect(titles({ type: ['string', 'integer'], default: 'x' })).toEqual(['Text', 'Whole number']);
  expect(
    titles({
      anyOf: [
        { ...text, title: 'either' },
        { ...whole, title: 'either' },
      ],
    }),
  ).toEqual(['Text', 'Whole number']);
  expect(titles({ anyOf: [{ ...text, title: 'Name' }, whole] })).toEqual(['Name', 'Whole number']);
  const lists = [text, whole].map((items) => ({ type: 'array', items }));
  expect(titles({ anyOf: lists })).toEqual(['List of text', 'List of whole number']);
  expect(titles({ anyOf: [{ enum: ['a', 'b'] }, { enum: [1, 2, 3, 4] }] })).toEqual(['a, b', '1, 2, 3, …']);
  expect(titles({ anyOf: [{ ...text, format: 'uuid' }, { ...text, format: 'email' }, text] })).toEqual([
    'uuid',
    'email',
    'Text',
  ]);
  const model = (name: string) => ({ type: 'object', title: 'Model', properties: { [name]: text } });
  expect(titles({ oneOf: [model('a'), model('b')] })).toEqual(['a', 'b']);
  expect(titles({ anyOf: [text, text] })).toEqual(['Text 1', 'Text 2']);
});

test('a default of one type stands in no branch of another, and a choice of several types is one choice', () => {
  const schema = {
    properties: { a: { type: ['string', 'integer'], default: 5 }, b: { type: ['string', 'integer'], enum: ['x', 3] } },
  };
  const [a, b] = fieldsOf(schema);
  expect(draftOf(a!, undefined)).toEqual({ branch: 'c1', c0: '', c1: '5' });
  expect([b!.kind, b!.options.map(({ text }) => text)]).toEqual(['choice', ['x', '3']]);
});

test('what nobody touched is not sent, and what is needed is asked for', () => {
  expect(send({})).toEqual({ values: {}, mistakes: [] });
  expect(send({}, {}).mistakes).toEqual([
    { path: at('city'), message: 'This is needed.' },
    { path: at('count'), message: 'This is needed.' },
  ]);
});

describe('what was edited', () => {
  test('is sent as its type', () => {
    expect(send({ count: '7', level: '3', dry: 'true', day: '2026-03-01', 'a.b[0]': 'y' }).values).toEqual({
      count: 7,
      level: 3,
      dry: true,
      day: '2026-03-01',
      'a.b[0]': 'y',
    });
    expect(send({ names: { items: [{ item: 'ab' }, { item: 'cd' }] } }).values).toEqual({ names: ['ab', 'cd'] });
    expect(send({ nested: { c0: '5', c1: '' } }).values).toEqual({ nested: { n: 5 } });
    expect(send({ either: { branch: 'c1', c0: '', c1: '4', c2: '' } }).values).toEqual({ either: 4 });
    expect(send({ either: { branch: 'c2', c2: { c0: '4', c1: '' } } }).values).toEqual({ either: { n: 4 } });
    expect(send({ since: '2026-03-01T10:00:00Z' }).values).toEqual({ since: '2026-03-01T10:00:00.000Z' });
    expect(send({ since: '' }, { ...complete, since: '2026-03-01T10:00:00Z' }).values).toEqual({ since: null });
  });

  test('keeps every digit', () => {
    const big = '12345678901234567890';
    expect(stringifyExact(send({ ratio: big, free: `{"id":${big}}` }).values)).toBe(
      `{"ratio":${big},"free":{"id":${big}}}`,
    );
    const own = { ...complete, nested: parseExact(`{"n":${big},"note":"a"}`) };
    const note = { ...(drafts(own)[at('nested')] as object), c1: 'b' } as Draft;
    expect(stringifyExact(send({ nested: note }, own).values)).toBe(`{"nested":{"n":${big},"note":"b"}}`);
  });
});

test('what is wrong is said where it was entered', () => {
  const wrong = (changes: Record<string, Draft>) =>
    send(changes).mistakes.map(({ path, message }) => `${path} ${message}`);
  expect(wrong({ count: '5001' })).toEqual([`${at('count')} Must be at most 5000.`]);
  expect(wrong({ count: '1.5' })).toEqual([`${at('count')} Enter a whole number.`]);
  expect(wrong({ city: 'oslo' })).toEqual([`${at('city')} Must look like ^[A-Z].`]);
  expect(wrong({ day: 'x' })).toEqual([`${at('day')} Must be a valid date.`]);
  expect(wrong({ free: '{' })).toEqual([`${at('free')} This is not valid JSON.`]);
  expect(wrong({ names: { items: [{ item: 'ab' }, { item: 'c' }] } })).toEqual([
    `${at('names')}.items.1.item Must have at least 2 characters.`,
  ]);
  expect(wrong({ names: { items: [{ item: 'ab' }, { item: 'ab' }] } })).toEqual([
    `${at('names')}.items.root No item may come twice.`,
  ]);
  expect(wrong({ nested: { c0: '', c1: 'b' } })).toEqual([`${at('nested')}.c0 This is needed.`]);
  expect(wrong({ rows: { items: [{ item: { c0: 'x', c1: '' } }] } })).toEqual([
    `${at('rows')}.items.0.item.c0 Enter a whole number.`,
  ]);
  expect(wrong({ either: { branch: 'c1', c1: '10' } })).toEqual([`${at('either')}.c1 Must be at most 9.`]);
});

test('what cannot be read and what is out of range are said at once, and of one field only one thing', () => {
  const changes = {
    count: '5001',
    ratio: 'much',
    names: { items: [{ item: 'c' }] },
    nested: { c0: 'x', c1: 'b' },
    rows: { items: [{ item: { c0: 'x', c1: '' } }, { item: { c0: 'y', c1: '' } }] },
    either: { branch: 'c1', c1: '10' },
  };
  const { mistakes } = send(changes);
  expect(mistakes.map(({ path, message }) => `${path} ${message}`).toSorted()).toEqual(
    [
      `${at('count')} Must be at most 5000.`,
      `${at('ratio')} Enter a number.`,
      `${at('names')}.items.0.item Must have at least 2 characters.`,
      `${at('nested')}.c0 Enter a whole number.`,
      `${at('rows')}.items.0.item.c0 Enter a whole number.`,
      `${at('rows')}.items.1.item.c0 Enter a whole number.`,
      `${at('either')}.c1 Must be at most 9.`,
    ].toSorted(),
  );
});

test('what the server refuses is said at the field that it names', () => {
  const now = drafts({ ...complete, either: { n: 1 } });
  const place = (message: string) => placeRefusal(root, now, message);
  expect(place("Validation failed for field 'count'. Failure reason: 9 is too much")).toEqual({
    path: at('count'),
    message: '9 is too much.',
  });
  expect(place("Validation failed. Failure reason: 'city' is a required property")?.path).toBe(at('city'));
  expect(place("Validation failed for field 'nested.n'. Failure reason: x")?.path).toBe(`${at('nested')}.c0`);
  expect(place("Validation failed for field 'rows[2].n'. Failure reason: x")?.path).toBe(
    `${at('rows')}.items.2.item.c0`,
  );
  expect(place("Validation failed for field 'either.n'. Failure reason: x")?.path).toBe(`${at('either')}.c2.c0`);
  expect(place("Validation failed for field '['a.b[0]']'. Failure reason: x")?.path).toBe(at('a.b[0]'));
  expect(place("Validation failed. Failure reason: 'nobody' is a required property")).toBeNull();
  expect(place('Something else')).toBeNull();
});

test('a schema that is none has no fields, and one that names itself ends', () => {
  for (const none of [null, 3, [], {}, { properties: 4 }]) expect(fieldsOf(none)).toEqual([]);
  const names = Array.from({ length: 12 }, (_, name) => `p${name}`);
  const self = { type: 'object', properties: Object.fromEntries(names.map((name) => [name, { $ref: '#/$defs/Me' }])) };
  const endless = rootOf({ ...self, $defs: { Me: { ...self, title: 'Me' } } });
  expect(endless.children.map((child) => child.kind)).toEqual(names.map(() => 'object'));
  expect(endless.children[0]!.children.every((child) => child.kind === 'json')).toBe(true);
});
