import { addressKey, withoutPrefix, type Document, type Json, type Operation, type Parameter } from './open-api.js';
import { PublishedSchemas, type Naming } from './published-schemas.js';

/**
 * Our document in the names that the published ones use for the same things: addresses, parameters, components. What a
 * door takes and answers stays what our schemas say; names, defaults and formats that they leave unsaid are the
 * published ones. Of several documents the first that has a route tells of it.
 */
export function withPublishedNames<T extends Document>(ours: T, published: Document[]): T {
  const schemas = new PublishedSchemas(ours);
  const routes = Object.entries(ours.paths).flatMap(([address, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const law = findRoute(published, method, address);
      return { address: law ? addressOf(address, law.address) : address, method, operation, law };
    }),
  );
  // What only we have speaks of things by the names that the others gave them.
  const named = new Map(
    [...routes.filter(({ law }) => law), ...routes.filter(({ law }) => !law)].map((route) => {
      const { operation, law } = route;
      const theirs = law?.operation ?? { responses: {} };
      const document = law?.document ?? ours;
      const naming = { ours: schemas.by(document), theirs: schemas.by(document, document) };
      return [route, operationAs(theirs, operation, route, naming)];
    }),
  );
  const paths: Document['paths'] = {};
  for (const route of routes) (paths[route.address] ??= {})[route.method] = named.get(route)!;
  return { ...ours, paths, components: { ...ours.components, schemas: schemas.components() } };
}

function findRoute(published: Document[], method: string, address: string) {
  // What stands beside the api is for machines around us.
  if (!address.startsWith('/api/')) return null;
  const key = addressKey(address);
  for (const document of published) {
    const found = Object.entries(document.paths).find(
      ([theirs, operations]) => addressKey(theirs) === key && method in operations,
    );
    if (found) return { document, address: found[0], operation: found[1][method]! };
  }
  return null;
}

/** Their spelling behind our prefix. */
const addressOf = (ours: string, theirs: string): string =>
  ours.slice(0, ours.length - withoutPrefix(ours).length) + withoutPrefix(theirs);

const spelt: Record<string, string> = { api: 'API', csrf: 'CSRF', id: 'id', ui: 'UI' };

/**
 * What a published operation does, from its id: the name of its function, behind which the address and the method stand.
 * `read_flow_run_flow_runs__id__get` of `/flow_runs/{id}` reads "Read flow run".
 */
export function summaryOf(operationId: string, method: string, address: string): string {
  const tails = [address, address.replace(/^\/api(?=\/)/, ''), withoutPrefix(address)].map(
    (each) => `${each.replaceAll(/\W/g, '_')}_${method}`,
  );
  const tail = tails.find((each) => operationId.endsWith(each)) ?? '';
  const words = operationId
    .slice(0, operationId.length - tail.length)
    .split('_')
    .filter(Boolean);
  const text = words.map((word) => spelt[word] ?? word).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For schemas of ours, and for those of theirs that we take over. */
type Namings = { ours: Naming; theirs: Naming };

type Route = { address: string; method: string; law: { address: string } | null };

function operationAs(theirs: Operation, ours: Operation, { address, method, law }: Route, namings: Namings): Operation {
  const naming = namings.ours;
  // What is new may be answered with another status by us than by them.
  const well = Object.entries(theirs.responses).find(([status, { content }]) => Number(status) < 300 && content)?.[1];
  const body = contentAs(theirs.requestBody?.content, ours.requestBody?.content, naming);
  return {
    ...ours,
    ...(theirs.operationId && {
      operationId: theirs.operationId,
      summary: ours.summary ?? summaryOf(theirs.operationId, method, law!.address),
    }),
    ...(theirs.tags && { tags: theirs.tags }),
    parameters: parametersAs(theirs.parameters ?? [], ours.parameters ?? [], address, namings),
    ...(body && { requestBody: { ...(theirs.requestBody?.required && { required: true }), content: body } }),
    responses: Object.fromEntries(
      Object.entries(ours.responses).map(([status, answer]) => {
        const published = theirs.responses[status] ?? (Number(status) < 300 ? well : undefined);
        const content = contentAs(published?.content, answer.content, naming, 'answer');
        return [status, { ...answer, ...(content && { content }) }];
      }),
    ),
  };
}

function contentAs(
  theirs: Record<string, { schema: Json }> | undefined,
  ours: Record<string, { schema: Json }> | undefined,
  naming: Naming,
  direction: 'request' | 'answer' = 'request',
) {
  return (
    ours &&
    Object.fromEntries(
      Object.entries(ours).map(([type, { schema }]) => [
        type,
        { schema: naming(schema, theirs?.[type]?.schema, direction) },
      ]),
    )
  );
}

/** Those of the path stand as in the address; queries are matched by name; of headers we read what they name. */
function parametersAs(theirs: Parameter[], ours: Parameter[], address: string, naming: Namings): Parameter[] {
  const inPath = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const ownPath = ours.filter((each) => each.in === 'path');
  const path = inPath.map((name, at): Parameter => {
    const known = theirs.find((each) => each.in === 'path' && each.name === name);
    const schema = known ? naming.theirs(known.schema, known.schema, 'request') : ownPath[at]!.schema;
    return { ...ownPath[at]!, name, schema };
  });
  const known = theirs.filter((each) => each.in === 'query').map(({ name }) => name);
  const queries = ours
    .filter((each) => each.in === 'query')
    .toSorted((one, other) => (known.indexOf(one.name) + 1 || 99) - (known.indexOf(other.name) + 1 || 99))
    .map((each) => {
      const law = theirs.find(({ name, in: where }) => where === 'query' && name === each.name);
      return { ...each, schema: naming.ours(each.schema, law?.schema, 'request') };
    });
  return [...path, ...queries, ...theirs.filter((each) => each.in === 'header')];
}
