import { isDeepStrictEqual } from 'node:util';
import { addressKey, nameIn, type Document, type Json, type Operation } from '../../src/core/openapi/open-api.js';
import { later } from './differences.js';

/** One thing that both documents have a word for. */
export type Comparison = { at: string; theirs: unknown; ours: unknown };

/** All that two documents call by a name, or say beside a value, side by side: of the routes that both have. */
export function comparisons(theirs: Document, ours: Document): Comparison[] {
  const operations = new Map(routesOf(ours, '/api/').map((route) => [route.key, route]));
  const shared = routesOf(theirs).filter(({ key }) => operations.has(key) && !later.test(key));
  const routes = shared.flatMap((route) => ofOperation(route, operations.get(route.key)!));
  return [...routes, ...ofComponents(theirs, ours, reached(shared, theirs))];
}

function reached(routes: Route[], { components }: Document): string[] {
  const found = new Set(namesIn(routes.map(({ operation }) => operation)));
  for (const name of found) for (const each of namesIn(components.schemas[name])) found.add(each);
  return [...found];
}

export const differing = (all: Comparison[]): string[] =>
  all
    .filter((each) => !isDeepStrictEqual(each.theirs, each.ours))
    .map(({ at, theirs: law, ours: mine }) => `${at}: is ${JSON.stringify(mine)} and not ${JSON.stringify(law)}`);

type Route = { key: string; operation: Operation };
const routesOf = ({ paths }: Document, below = '/'): Route[] =>
  Object.entries(paths)
    .filter(([address]) => address.startsWith(below))
    .flatMap(([address, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({ key: `${method} ${addressKey(address)}`, operation })),
    );

function ofOperation({ key, operation: theirs }: Route, { operation: ours }: Route): Comparison[] {
  const parameters = (where: string, of: Operation) => of.parameters?.filter((each) => each.in === where) ?? [];
  const told = (where: string, of: Operation) =>
    parameters(where, of).map(({ name, required, schema }) => [
      name,
      required ?? false,
      format(schema),
      schema['default'],
    ]);
  const body = (of: Operation) => of.requestBody?.content['application/json']?.schema;
  const answer = (of: Operation, status: string) => of.responses[status]?.content?.['application/json']?.schema;
  // The account and the workspace are ours to name.
  const path = (of: Operation) => told('path', of).filter(([name]) => name !== 'account_id' && name !== 'workspace_id');
  const header = (name: string) => name.startsWith('x-prefect');
  return [
    { at: `${key} operationId`, theirs: theirs.operationId, ours: ours.operationId },
    { at: `${key} tags`, theirs: theirs.tags ?? ours.tags, ours: ours.tags },
    { at: `${key} path`, theirs: path(theirs), ours: path(ours) },
    { at: `${key} query`, theirs: told('query', theirs), ours: told('query', ours) },
    {
      at: `${key} header`,
      theirs: told('header', theirs).filter(([name]) => header(String(name))),
      ours: told('header', ours).filter(([name]) => header(String(name))),
    },
    { at: `${key} body`, theirs: namesIn(body(theirs)), ours: namesIn(body(ours)) },
    ...Object.keys(theirs.responses).map((status) => ({
      at: `${key} ${status}`,
      theirs: namesIn(answer(theirs, status)),
      ours: namesIn(answer(ours, status)),
    })),
  ];
}

function ofComponents(theirs: Document, ours: Document, names: string[]): Comparison[] {
  return names.flatMap((name) => {
    const [law, mine] = [theirs.components.schemas[name]!, ours.components.schemas[name]];
    if (!mine) return [{ at: name, theirs: 'a component', ours: undefined }];
    const known = Object.keys(law['properties'] ?? {});
    const shared = Object.keys(mine['properties'] ?? {}).filter((key) => known.includes(key));
    return [
      { at: name, theirs: law['type'], ours: mine['type'] },
      { at: `${name} order`, theirs: known.filter((key) => shared.includes(key)), ours: shared },
      ...shared.flatMap((key) => ofProperty(`${name}.${key}`, law['properties'][key], mine['properties'][key])),
    ];
  });
}

const ofProperty = (at: string, theirs: Json, ours: Json): Comparison[] => [
  { at: `${at} names`, theirs: namesIn(theirs), ours: namesIn(ours) },
  { at: `${at} default`, theirs: theirs['default'], ours: ours['default'] },
  { at: `${at} format`, theirs: format(theirs), ours: format(ours) },
];

/** The components that a schema names, not what these name. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const all = Object.entries(schema).flatMap(([key, value]) =>
    key === '$ref' ? [nameIn(value as string)] : key === 'default' ? [] : namesIn(value),
  );
  return [...new Set(all)].sort();
}

const format = (schema: Json): string[] =>
  [schema, ...(schema['anyOf'] ?? [])].flatMap((each: Json) => each['format'] ?? []).sort();
