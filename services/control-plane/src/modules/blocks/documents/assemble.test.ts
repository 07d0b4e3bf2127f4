import type { BlockSchemaJson, BlockTypeJson } from '@headgate/contracts/rest/blocks';
import { expect, test } from 'vitest';
import { allowance, Budget } from '../../../core/documents/budget.js';
import { Assembly, type OpenDocument } from './assemble.js';

const document = (id: string, data = {}): [string, OpenDocument] => [
  id,
  { id, name: id, data, created: '', updated: '', block_type_id: 't', block_schema_id: 's', is_anonymous: false },
];
const types = new Map([['t', { id: 't', name: 'type' } as BlockTypeJson]]);
const schemas = new Map([['s', {} as BlockSchemaJson]]);
const parents = Array.from({ length: 200 }, (_, at) => `r${at}`);
const names = Array.from({ length: 990 }, (_, at) => `c${at}`);

/** Each of the parents nests the leaf 990 times. Counts how often a reference is looked at. */
function fan() {
  let looks = 0;
  const references = parents.flatMap((parent) =>
    names.map((name) => ({
      get parent_id() {
        looks += 1;
        return parent;
      },
      name,
      child_id: 'leaf',
    })),
  );
  const documents = new Map([document('leaf', { v: 1 }), ...parents.map((id) => document(id, { own: id }))]);
  return { documents, types, schemas, references, looks: () => looks };
}
const roomy = new Budget('somebody', { ...allowance, characters: Infinity });

test('each reference is looked at once, however many documents an answer has', () => {
  const from = fan();
  const assembly = new Assembly(from, roomy);
  const assembled = parents.map((id) => assembly.document(id));
  expect(assembled.map(({ data }) => Object.keys(data).length)).toEqual(parents.map(() => 991));
  expect(from.looks()).toBe(parents.length * names.length);
});

test('a document is put together once for all that nest it', () => {
  const assembly = new Assembly(fan(), roomy);
  const [one, other] = [assembly.document('r0'), assembly.document('r1')];
  expect(one.data['c0']).toEqual({ v: 1 });
  expect(one.data['c0']).toBe(other.data['c989']);
  expect(one.data['own']).toBe('r0');
});

test('what is nested is paid from one budget, in each document that nests it; what is not, is not', () => {
  const leaf = 'x'.repeat(1_000);
  const documents = new Map([document('leaf', { leaf }), document('a'), document('b'), document('c', { leaf })]);
  const references = ['a', 'b'].map((parent_id) => ({ parent_id, name: 'n', child_id: 'leaf' }));
  const within = (characters: number) =>
    new Assembly({ documents, types, schemas, references }, new Budget('somebody', { ...allowance, characters }));
  const assembly = within(2_000);
  expect(assembly.document('a').data).toEqual({ n: { leaf } });
  expect(() => assembly.document('b')).toThrow('What the block documents nest would be more than 2000 characters');
  expect(within(0).document('c').data).toEqual({ leaf });
});
