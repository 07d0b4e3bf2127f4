import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { ByteCache } from './byte-cache.js';
import { Documents } from './documents.js';

const schema = buildSchema('type Query { user: User } type User { id: ID name: String friends: [User] }');
const times = (many: number, each: (index: number) => string) =>
  Array.from({ length: many }, (_, i) => each(i)).join(' ');
const large = (index: number) =>
  `{ ${times(9, (i) => `a${i}: user { friends { id name } }`)} } # ${index}${'x'.repeat(90_000)}`;

test('a document is compiled when it comes again, and only from those who are known', () => {
  const documents = new Documents();
  const { document, hash } = documents.parse('{ user { id } }');
  expect(documents.find(hash)).toBeUndefined();
  expect(documents.plan(schema, hash, null)).toBeNull();
  documents.remember(hash, document);
  expect(documents.parse('{ user { id } }').document).toBe(document);
  expect(documents.plan(schema, hash, null)).toBe(documents.plan(schema, hash, null));
  expect(documents.plan(schema, hash, null)).not.toBeNull();
});

test('what is larger than any page is not compiled', () => {
  const documents = new Documents();
  const { document, hash } = documents.parse(`{ ${times(11, (i) => `a${i}: user { id }`)} }`);
  documents.remember(hash, document);
  expect(documents.plan(schema, hash, null)).toBeNull();
});

test('a thousand documents of the largest kind keep no more than sixty-four megabytes', () => {
  const documents = new Documents();
  for (let index = 0; index < 1_000; index++) {
    const { document, hash } = documents.parse(large(index));
    documents.remember(hash, document);
    expect(documents.bytes).toBeLessThanOrEqual(64_000_000);
  }
  expect(documents.find(documents.parse(large(0)).hash)).toBeUndefined();
  expect(documents.find(documents.parse(large(999)).hash)).toBeDefined();
});

test('what was used last stays, and what is larger than the whole is not kept', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  cache.get('a');
  cache.set('c', 'C', 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.bytes]).toEqual(['A', undefined, 'C', 8]);
  cache.set('d', 'D', 11);
  expect([cache.get('d'), cache.bytes]).toEqual([undefined, 8]);
});
