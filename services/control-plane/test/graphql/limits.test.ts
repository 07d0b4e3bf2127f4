import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  getIntrospectionQuery,
  getNamedType,
  isCompositeType,
  isIntrospectionType,
  isObjectType,
  Kind,
  parse,
  visit,
  type DocumentNode,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageArguments } from '../../src/core/graphql/limits/cost.js';
import { refusalOf } from '../../src/core/graphql/admission.js';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { documentsOfThePages } from '../growth/graphql-questions.js';
import { doorsOf, firstAnswer, socketOf } from './doors.js';

let app: TestApp;
let owner: Tenant;
let doors: ReturnType<typeof doorsOf>;
beforeAll(async () => {
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
  owner = await app.tenant();
  doors = doorsOf(app);
});
afterAll(() => app.close());

const times = (many: number, each: (index: number) => string): string =>
  Array.from({ length: many }, (_, index) => each(index)).join(' ');
const w = 'workspaceId: "01900000-0000-7000-8000-000000000000"';
const flow = `${w}, id: "01900000-0000-7000-8000-000000000001"`;
const nested = (levels: number, first: number): string =>
  levels === 0 ? '' : `recentRuns(first: ${first}) { flow { id ${nested(levels - 1, first)} } }`;
const chained = (many: number): string =>
  times(many, (i) => `fragment F${i} on FlowRun { id parentFlowRun { ...F${i + 1} } }`);

const withTags = `query ($f: [String!]) { flows(${w}, filter: { tags: $f }) { nodes { id } } }`;

/** So deep that the parser, which calls itself, would run out of its stack. */
const deepest = 3_000;
const inside = (open: string, close: string, levels = deepest): string => open.repeat(levels) + close.repeat(levels);

const tooMuch: [what: string, document: string, words: RegExp, variables?: object][] = [
  ['tokens', `{ ${'a '.repeat(3_000)} }`, /at most 2,000 tokens/],
  ['aliases', `{ ${times(51, (i) => `a${i}: viewer { id }`)} }`, /at most 50 aliases, this one has 51/],
  ['fields of one name', `{ ${times(301, () => 'viewer { id }')} }`, /at most 300 fields, this one names 602/],
  ['fields at the root', `{ ${times(26, () => 'viewer { id }')} }`, /at most 25 fields at its root/],
  [
    'fields at the root by fragments',
    `{ ...A ...A } fragment A on Query { ${times(26, () => 'viewer { id }')} }`,
    /at most 25 fields at its root, this one has 52/,
  ],
  [
    'fields by fragments that double',
    `{ viewer { ...F0 } } ${times(40, (i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`)} fragment F40 on User { id }`,
    /with all fragments in place, this one has \d,\d{3},\d{3},\d{3},\d{3}/,
  ],
  [
    'spreads that come to nothing',
    `{ __schema { ...F0 } } ${times(40, (i) => `fragment F${i} on __Schema { ...F${i + 1} ...F${i + 1} }`)}`,
    /with all fragments in place/,
  ],
  [
    'spreads in a fragment that nobody uses',
    `{ viewer { id } } fragment U on Query { __schema { ...F0 } } ${times(40, (i) => `fragment F${i} on __Schema { ...F${i + 1} ...F${i + 1} }`)}`,
    /with all fragments in place/,
  ],
  ['fragments', `{ viewer { id } } ${times(80, (i) => `fragment F${i} on User { id }`)}`, /at most 60 operations and/],
  [
    'fragments beside each other',
    `{ viewer { ${times(900, (i) => `...F${i}`)} } }`,
    /spreads too many fragments beside each other/,
  ],
  [
    'a fragment in itself',
    `{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }`,
    /contains itself/,
  ],
  ['directives', `{ viewer { id ${'@include(if: true) '.repeat(51)} } }`, /at most 50 directives/],
  [
    'depth through fragments',
    `{ flowRun(${flow}) { ...F0 } } ${chained(14)} fragment F14 on FlowRun { id }`,
    /deeper than 12 fields/,
  ],
  [
    'depth through inline fragments',
    `{ flowRun(${flow}) { ${'... on FlowRun { parentFlowRun {'.repeat(14)} id ${'}}'.repeat(14)} } }`,
    /deeper than 12 fields/,
  ],
  ['cost', `{ flow(${flow}) { ${nested(2, 200)} } }`, /may cost at most 7,000 nodes, this one [\d,]{6,}/],
  [
    'cost by variables',
    `query ($n: Int) { flow(${flow}) { ${nested(2, 1).replaceAll('first: 1', 'first: $n')} } }`,
    /may cost at most 7,000 nodes/,
    { n: 200 },
  ],
  [
    'cost by defaults of variables',
    `query ($n: Int = 200) { flow(${flow}) { ${nested(2, 1).replaceAll('first: 1', 'first: $n')} } }`,
    /may cost at most 7,000 nodes/,
  ],
  [
    'cost by defaults of arguments',
    `{ flow(${flow}) { recentRuns { taskRuns { nodes { id } } logs { nodes { id } } recent: flow { recentRuns { states { id } subflowRuns { id } } } } } }`,
    /may cost at most 7,000 nodes/,
  ],
  [
    'cost by pages of a connection',
    `{ flowRuns(${w}, first: 200) { nodes { taskRuns(first: 200) { nodes { id } } } } }`,
    /may cost at most 7,000 nodes, this one [\d,]{6,}/,
  ],
  [
    'cost of questions to the database',
    `{ flowRuns(${w}, first: 200) { nodes { ${times(5, (i) => `a${i}: logs(first: 1) { pageInfo { hasNextPage } }`)} } } }`,
    /may cost at most 7,000 nodes/,
  ],
  [
    'values',
    `{ flowRuns(${w}, first: 200) { nodes { flow { recentRuns(first: 20) { id name created updated stateName stateType startTime endTime tags parameters runCount createdBy flowId } } } } }`,
    /may hold at most 25,000 values/,
  ],
  ['the schema twice', '{ a: __schema { types { name } } b: __schema { types { name } } }', /for the schema once/],
  ['the schema and a type', '{ __schema { types { name } } __type(name: "Flow") { name } }', /for the schema once/],
  [
    'the schema in circles',
    '{ __schema { types { fields { type { fields { name } } } } } }',
    /`fields` the schema may not be asked for/,
  ],
  ['variables in depth', withTags, /nest at most 198 levels/, { f: deep(400) }],
  ['variables in very much depth', withTags, /nest at most 198 levels/, { f: deep(3_000) }],
  ['lists in lists', `{ flow(id: ${inside('[', ']')}) { id } }`, /may nest at most 200 levels/],
  ['objects in objects', `{ flow(id: ${inside('{a:', '}')}) { id } }`, /may nest at most 200 levels/],
  ['lists that never end', `{ flow(id: ${inside('[', '', 1_500)}`, /may nest at most 200 levels/],
  ['lists of defaults', `query ($a: Int = ${inside('[', ']')}) { a }`, /may nest at most 200 levels/],
  ['types of lists', `query ($a: ${inside('[', ']', 1_200)}) { a }`, /may nest at most 200 levels/],
  ['lists in directives', `{ viewer @include(if: ${inside('[', ']')}) { id } }`, /may nest at most 200 levels/],
  ['fields in fields', inside('{a', '}'), /may nest at most 200 levels/],
  ['fragments in fields', `{ ${inside('...{', '}')} }`, /may nest at most 200 levels/],
  [
    'depth behind texts',
    `{ a(b: "}]\\"}", c: """}\\""" "}]""") #]}\n ${inside('[', ']')} }`,
    /may nest at most 200 levels/,
  ],
  [
    'variables in length',
    withTags,
    /at most 100,000 characters/,
    { f: Array.from({ length: 101 }, () => 'x'.repeat(1_000)) },
  ],
  ['text to look for', withTags, /asked for may have at most 1,000 characters/, { f: 'x'.repeat(1_001) }],
  [
    'text in a question',
    `{ flows(workspaceId: "w", filter: { search: "${'x'.repeat(20_000)}" }) { nodes { id } } }`,
    /changes nothing may have at most 20,000 characters/,
  ],
  ['variables in number', withTags, /at most 20,000 items/, { f: Array.from({ length: 20_001 }, () => 1) }],
];

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

describe.each(['http', 'get', 'socket'] as const)('over %s', (name) => {
  test.each(tooMuch)(
    'a document with too much of %s is refused with the bound',
    async (what, query, words, variables) => {
      // What stands in an address is bounded by Node's own limit for headers.
      if (name === 'get' && JSON.stringify([query, variables]).length > 3_000) return;
      // A body that nests so deeply is refused before GraphQL reads it.
      if (name === 'http' && what.startsWith('variables in') && what.endsWith('depth')) return;
      const { data, errors } = await doors[name](query, variables, owner.key);
      expect(errors?.[0]).toMatchObject({ message: expect.stringMatching(words), extensions: { code: 'invalid' } });
      expect(data).toBeUndefined();
    },
  );

  test('what the app asks for runs', async () => {
    const { data } = await doors[name](
      'query ($w: ID!) { flows(workspaceId: $w, first: 50) { nodes { recentRuns(first: 16) { id } } } viewer { email } }',
      { w: owner.workspaceId },
      owner.key,
    );
    expect(data).toMatchObject({ flows: { nodes: [] }, viewer: { email: owner.email } });
  });

  test('the whole schema can be asked for, by the query that all tools send', async () => {
    if (name === 'get') return;
    expect((await doors[name](getIntrospectionQuery(), {}, owner.key)).data.__schema.types.length).toBeGreaterThan(50);
  });
});

test('brackets in texts and comments are none', async () => {
  const many = '[{('.repeat(400);
  const { data } = await doors.http(
    `query { # ${many}
      a: flows(${w}, filter: { search: "${many.slice(0, 900)}" }) { nodes { id } }
      b: flows(${w}, filter: { search: """${many.slice(0, 900)}""" }) { nodes { id } } }`.replaceAll(
      w,
      `workspaceId: "${owner.workspaceId}"`,
    ),
    {},
    owner.key,
  );
  expect(data).toEqual({ a: { nodes: [] }, b: { nodes: [] } });
});

test('every document of the web app is well within the limits, with what its client adds', () => {
  const { schema } = app.app.get(GraphQLSchemaHost);
  const wrong: string[] = [];
  for (const [name, text] of documentsOfThePages()) {
    const document = withTypeNames(text);
    const door = /^subscription/m.test(text) ? 'socket' : 'http';
    const variables = variablesFor(text);
    const error = refusalOf({ schema, document, operationName: null, variables, door });
    if (error) wrong.push(`${name}: ${error.message}`);
    if (parse(text).tokenCount! > 700) wrong.push(`${name}: too many tokens`);
  }
  expect(wrong).toEqual([]);
});

/** Clients ask every object below the root for the name of its type. */
function withTypeNames(text: string): DocumentNode {
  const name = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;
  return visit(parse(text), {
    SelectionSet: (set, _key, parent) =>
      parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION
        ? undefined
        : { ...set, selections: [...set.selections, name] },
  });
}

/** Anything that fits the types: nothing is executed. */
function variablesFor(text: string): Record<string, unknown> {
  const values: Record<string, unknown> = {
    'ID!': 'id',
    'String!': 'text',
    '[String!]!': ['text'],
    'Boolean!': true,
    'DateTime!': '2026-01-01T00:00:00Z',
    // Lists of runs and the like ask for 50.
    Int: 90,
    'CreateFlowRunInput!': { deploymentId: 'id' },
    'WorkPoolRecoveryInput!': {},
    'ScheduleInput!': { cron: '0 9 * * *' },
    'SignInInput!': { email: 'e', password: 'p' },
    'SignUpInput!': { email: 'e', password: 'p', name: 'n' },
  };
  return Object.fromEntries(
    [...text.matchAll(/\$(\w+): (\[?\w+!?\]?!?)/g)].map(([, name, type]) => [name!, values[type!]]),
  );
}

test('every list of objects is paged or says how long it is', () => {
  const { schema } = app.app.get(GraphQLSchemaHost);
  const silent = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !isIntrospectionType(type) && !type.name.endsWith('Connection'))
    .flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : []))
    .filter(({ field }) => String(field.type).includes('[') && isCompositeType(getNamedType(field.type)))
    .filter(({ field }) => !field.args.some(({ name }) => pageArguments.includes(name)))
    .filter(({ field }) => (field.extensions['price'] as { size?: number } | undefined)?.size === undefined)
    .map(({ type, field }) => `${type.name}.${field.name}`);
  expect(silent).toEqual([]);
});

test('a mutation over a socket is refused and leaves nothing behind', async () => {
  const sessions = async () => (await app.db.sql.query('select count(*)::int as n from user_session')).rows[0].n;
  const before = await sessions();
  const signIn = 'mutation ($i: SignInInput!) { signIn(input: $i) { id } }';
  const { data, errors } = await doors.socket(
    signIn,
    { i: { email: owner.email, password: owner.password } },
    owner.key,
  );
  expect(data).toBeUndefined();
  expect(errors).toMatchObject([{ message: expect.stringContaining('over HTTP'), extensions: { code: 'invalid' } }]);
  const variable = `mutation { createVariable(workspaceId: "${owner.workspaceId}", input: { name: "x" }) { id } }`;
  expect((await doors.socket(variable, {}, owner.key)).errors?.[0]?.extensions.code).toBe('invalid');
  expect((await doors.get(variable, {}, owner.key)).errors?.[0]?.extensions.code).toBe('invalid');
  expect(await sessions()).toBe(before);
});

test('a subscription over HTTP is refused', async () => {
  const query = `subscription { flowRunsChanged(workspaceId: "${owner.workspaceId}") { id } }`;
  expect((await doors.http(query, {}, owner.key)).errors?.[0]?.message).toMatch(/websocket/);
});

test('a document signs in or up once, and holds ten mutations at most', async () => {
  const input = 'input: { email: "a@example.test", password: "long enough pw", name: "n" }';
  const once = `mutation { ${times(2, (i) => `a${i}: signUp(${input}) { id }`)} }`;
  const { errors } = await doors.http(once);
  expect(errors?.[0]).toMatchObject({ message: 'A document may hold signUp once.', extensions: { code: 'invalid' } });
  const spread = `mutation { signUp(${input}) { id } ...M } fragment M on Mutation { b: signUp(${input}) { id } }`;
  expect((await doors.http(spread)).errors?.[0]?.message).toBe('A document may hold signUp once.');
  const many = `mutation { ${times(11, (i) => `a${i}: signOut`)} }`;
  expect((await doors.http(many)).errors?.[0]?.message).toMatch(/at most 10 fields at its root/);
  const users = await app.db.sql.query(`select 1 from app_user where email = 'a@example.test'`);
  expect(users.rows).toEqual([]);
});

test('a subscription costs a tenth of a query at most', async () => {
  const query = `subscription { flowRunsChanged(workspaceId: "${owner.workspaceId}") { taskRuns(first: 200) { nodes { id } } subflowRuns { flow { recentRuns(first: 10) { id } } } } }`;
  const { errors } = await doors.socket(query, {}, owner.key);
  expect(errors?.[0]?.message).toMatch(/subscription may cost at most 1,000 nodes/);
});

test('a socket holds fifty subscriptions, and a place that is given up is free again', async () => {
  const client = socketOf(app, owner.key);
  const query = `subscription { flowRunsChanged(workspaceId: "${owner.workspaceId}") { id } }`;
  const stops = Array.from({ length: 50 }, () =>
    client.subscribe({ query }, { next: () => {}, error: () => {}, complete: () => {} }),
  );
  const refused = await firstAnswer(client, query);
  expect(refused.errors?.[0]).toMatchObject({ message: expect.stringContaining('at most 50 operations') });
  stops[0]!();
  expect(await firstAnswer(client, '{ viewer { email } }')).toMatchObject({ data: { viewer: { email: owner.email } } });
  await client.dispose();
});

test('lists without a page are counted as they come, so that their estimate is no way around the limit', async () => {
  const who = await app.tenant();
  await app.db.sql.query(
    `insert into api_key (id, user_id, name, hash, masked, created)
     select gen_random_uuid(), $1, 'many', sha256(i::text::bytea), 'masked', now() from generate_series(1, 2000) i`,
    [who.userId],
  );
  const ask = (many: number) => doors.http(`{ ${times(many, (i) => `a${i}: apiKeys { id }`)} }`, {}, who.key);
  expect((await ask(2)).data.a1.length).toBeGreaterThanOrEqual(2000);
  expect((await ask(4)).errors?.[0]).toMatchObject({
    message: expect.stringContaining('hold more than 7,000 objects'),
    extensions: { code: 'invalid' },
  });
});
