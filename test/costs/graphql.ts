import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  getIntrospectionQuery,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
} from 'graphql';
import { root } from './document.ts';
import { shuffled } from './shuffled.ts';

export type Question = { name: string; query: string; variables: Record<string, unknown> };
/** A question that can be made smaller, until the server takes it. */
export type Recipe = { name: string; aliases: number; first: number; make(aliases: number, first: number): Question };

/** Fields at the root. */
const aliasesMax = 25;
const schema = buildSchema(readFileSync(path.join(root, 'services/control-plane/schema.graphql'), 'utf8'));
const times = (many: number, each: (at: number) => string): string =>
  Array.from({ length: many }, (_, at) => each(at)).join(' ');
const isList = ({ type }: GraphQLField<unknown, unknown>): boolean =>
  isListType(isNonNullType(type) ? type.ofType : type);

type Shape = { first: number; levels: number; want(field: GraphQLField<unknown, unknown>): boolean };

/** Everything of an object that asks for no more, and below it what the shape wants. */
function selection(type: GraphQLObjectType, shape: Shape, things: Record<string, string>, level = 0): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type);
    if (!isCompositeType(below)) return field.args.length === 0 ? [field.name] : [];
    const isThin = type.name.endsWith('Connection') || /^(nodes|pageInfo)$/.test(field.name);
    if (!isObjectType(below) || level >= shape.levels || (!isThin && !shape.want(field))) return [];
    const inside = selection(below, shape, things, level + (isThin ? 0 : 1));
    return [`${field.name}${argumentsOf(field, shape.first, things)} { ${inside} }`];
  });
  return ['__typename', ...fields].join(' ');
}

function argumentsOf(field: GraphQLField<unknown, unknown>, first: number, things: Record<string, string>): string {
  const given = field.args.flatMap((argument) => {
    if (argument.name === 'first') return [`first: ${first}`];
    if (!isNonNullType(argument.type)) return [];
    return [`${argument.name}: ${JSON.stringify(thingFor(field.name, argument, things))}`];
  });
  return given.length > 0 ? `(${given.join(', ')})` : '';
}

function thingFor(field: string, { name, type }: GraphQLArgument, things: Record<string, string>): unknown {
  const snake = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const named = String(getNamedType(type));
  if (named === 'DateTime') return new Date(Date.now() - (name === 'since' ? 86_400_000 : 0)).toISOString();
  return (
    things[snake(name)] ??
    things[`${snake(field)}s:${name}`] ??
    things[`${snake(name).replace(/_(id|name)$/, '')}s:${name.endsWith('Id') ? 'id' : 'name'}`] ??
    '01900000-0000-7000-8000-000000000000'
  );
}

/** Every root field, broad and deep, as dear as it may be: once in one of the ways, and in all the others. */
export function recipes(things: Record<string, string>, seed: string): { once: Recipe[]; more: Recipe[] } {
  const fields = Object.values(schema.getQueryType()!.getFields());
  const shapes: Record<string, Omit<Shape, 'first'>> = {
    'with nothing below': { levels: 1, want: (field) => field.name === 'nodes' },
    'with one below': { levels: 2, want: (field) => !isList(field) },
    'with lists below': { levels: 2, want: () => true },
    'with lists in lists': {
      levels: 4,
      want: (field) => isList(field) || /Connection/.test(String(field.type)) || /^flow$/.test(field.name),
    },
  };
  const ways = fields.map((field) => {
    const all = Object.entries(shapes).flatMap(([how, shape]) =>
      [1, 6, aliasesMax].map((aliases) => ({
        name: `${field.name} ${how}, ${aliases} times`,
        aliases,
        first: 200,
        make: (many: number, first: number) => {
          const type = getNamedType(field.type);
          const inside = isObjectType(type) ? ` { ${selection(type, { ...shape, first }, things)} }` : '';
          const each = (at: number) => `a${at}: ${field.name}${argumentsOf(field, first, things)}`;
          const query =
            many === 1 || !inside
              ? `{ ${times(many, (at) => each(at) + inside)} }`
              : `{ ${times(many, (at) => `${each(at)} { ...F }`)} } fragment F on ${String(type)}${inside}`;
          return { name: `${field.name} ${how}, ${many} times, ${first} each`, query, variables: {} };
        },
      })),
    );
    return shuffled(all, seed + field.name);
  });
  return {
    once: ways.map(([one]) => one!),
    more: shuffled(
      ways.flatMap(([, ...others]) => others),
      seed,
    ),
  };
}

/** Questions of the kinds that once were dear before they ran, or instead of running. */
export function oddities(things: Record<string, string>): Question[] {
  const w = `workspaceId: "${things['workspace_id']}"`;
  const filtered = `query ($f: [String!]) { flowRuns(${w}, first: 200, filter: { tags: $f }) { nodes { id } } }`;
  const question = (name: string, query: string, variables = {}): Question => ({ name, query, variables });
  return [
    question('the whole schema', getIntrospectionQuery()),
    question(
      'the schema 500 times',
      `{ ${times(500, (at) => `a${at}: __schema { types { fields { type { name } } } }`)} }`,
    ),
    question('20,000 aliases', `{ ${times(20_000, (at) => `a${at}: viewer { id }`)} }`),
    question('3,000 fields of one name', `{ ${times(3_000, () => 'viewer { id name }')} }`),
    question('a megabyte of letters', `{ ${'a '.repeat(450_000)} }`),
    question('a megabyte of brackets', '{a'.repeat(450_000)),
    question(
      'a long text in the document',
      `{ flowRuns(${w}, filter: { search: "${'%_'.repeat(45_000)}" }) { nodes { id } } }`,
    ),
    question(
      'fragments that double',
      `{ viewer { ...F0 } } ${times(40, (at) => `fragment F${at} on User { ...F${at + 1} ...F${at + 1} }`)} fragment F40 on User { id }`,
    ),
    question(
      'fragments in a chain',
      `{ viewer { ...F0 } } ${times(58, (at) => `fragment F${at} on User { ...F${at + 1} }`)} fragment F58 on User { id }`,
    ),
    question('a fragment in itself', `{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }`),
    question('inline fragments', `{ viewer ${'{ ... on User '.repeat(300)} { id } ${'}'.repeat(300)} }`),
    question('directives', `{ viewer { id ${'@include(if: true) '.repeat(5_000)} } }`),
    question(
      'the same field as often as may be',
      `{ ${times(45, () => `flowRuns(${w}, first: 200) { nodes { id name } }`)} }`,
    ),
    question('conflicts of names', `{ ${times(140, (at) => `flowRuns(${w}, first: ${at + 1}) { nodes { id } }`)} }`),
    question('a list of 20,000 texts', filtered, { f: Array.from({ length: 19_990 }, (_, at) => `${at % 1000}`) }),
    question('variables in depth', filtered, { f: JSON.parse(`${'['.repeat(180)}1${']'.repeat(180)}`) as unknown }),
    question('many variables', `query (${times(400, (at) => `$v${at}: [String!] = ["a", "b"]`)}) { viewer { id } }`),
    question('a long search', `query ($s: String) { flowRuns(${w}, filter: { search: $s }) { nodes { id } } }`, {
      s: 'a%_'.repeat(30_000),
    }),
    ...mutations(things),
  ];
}

/** Mutations that make or change something, ten at once, with as much as variables may hold. */
function mutations(things: Record<string, string>): Question[] {
  const fields = Object.values(schema.getMutationType()!.getFields()).filter(
    ({ name }) => !/delete|sign|revoke|remove/i.test(name),
  );
  return fields.map((field) => {
    const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
    const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
    const inside = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
    const call = `${field.name}${passed && `(${passed})`}${inside}`;
    return {
      name: `ten ${field.name}, with much in each`,
      query: `mutation ${declared && `(${declared})`} { ${times(10, (at) => `a${at}: ${call}`)} }`,
      variables: Object.fromEntries(
        field.args.map((argument) => [
          argument.name,
          isNonNullType(argument.type) && /^(id|workspaceId)$|Id$/.test(argument.name)
            ? thingFor(
                field.name.replace(/^[a-z]+/, '').replace(/^./, (letter) => letter.toLowerCase()),
                argument,
                things,
              )
            : much(argument.type, argument.name, things),
        ]),
      ),
    };
  });
}

function much(type: GraphQLInputType, name: string, things: Record<string, string>, level = 0): unknown {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner))
    return Array.from({ length: 20 }, () => much(inner.ofType as GraphQLInputType, name, things, level + 1));
  if (isEnumType(inner)) return inner.getValues()[0]!.name;
  if (isInputObjectType(inner)) {
    const fields = Object.values(inner.getFields()).filter((field) => level < 3 || isNonNullType(field.type));
    return Object.fromEntries(fields.map((field) => [field.name, much(field.type, field.name, things, level + 1)]));
  }
  const thing = things[`${name.replace(/Id$/, '').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}s:id`];
  if (thing) return thing;
  switch (String(inner)) {
    case 'Int':
    case 'Float':
      return 2_000_000_000;
    case 'Boolean':
      return true;
    case 'DateTime':
      return '2026-01-01T00:00:00.000Z';
    case 'JSON':
      return {
        deep: JSON.parse(`${'['.repeat(150)}1${']'.repeat(150)}`) as unknown,
        many: Array.from({ length: 3_000 }, (_, at) => at),
      };
    default:
      return 'a'.repeat(5_000);
  }
}
