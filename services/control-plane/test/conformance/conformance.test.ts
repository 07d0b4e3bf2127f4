import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../src/core/openapi/document.js';
import { addressKey } from '../../src/core/openapi/open-api.js';
import { startTestApp, type TestApp } from '../app.js';
import { differences } from './compare.js';
import { onPurpose } from './differences.js';
import type { Document, Operation, Schema } from './shape.js';

/** What Prefect's server publishes of its REST API, without the prose. */
const published = JSON.parse(
  fs.readFileSync(process.env['HEADGATE_LAW'] ?? path.join(import.meta.dirname, '../../published/server.json'), 'utf8'),
) as Document;
const routes = Object.entries(published.paths).flatMap(([address, methods]) =>
  Object.entries(methods).map(([method, operation]) => [`${method} ${address}`, operation] as const),
);

let app: TestApp;
let ours: Document;
let operations: Map<string, Operation>;
const used = new Set<RegExp>();

beforeAll(async () => {
  app = await startTestApp();
  ours = openApiDocument(app.app, 'test') as Document;
  operations = new Map(
    Object.entries(ours.paths).flatMap(([address, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${addressKey(address)}`, operation] as const),
    ),
  );
});
afterAll(() => app.close());

const unexcused = (found: string[]): string[] =>
  found.filter((difference) => {
    const excuses = onPurpose.filter(([pattern]) => pattern.test(difference));
    for (const [pattern] of excuses) used.add(pattern);
    return excuses.length === 0;
  });

/** At the top of a body null means absent, which the published document does not say. */
const withNulls = (schema: Schema): Schema => {
  const body = published.components.schemas[String(schema['$ref']).replace('#/components/schemas/', '')];
  if (!body || !String(schema['$ref']).includes('/Body_')) return schema;
  const { properties = {}, required = [] } = body as { properties?: Record<string, Schema>; required?: string[] };
  const nullable = Object.entries(properties).map(([key, each]) => [
    key,
    required.includes(key) ? each : { anyOf: [each, { type: 'null' }] },
  ]);
  return { ...body, properties: Object.fromEntries(nullable) };
};

const json = (content: Record<string, { schema: Schema }> | undefined) => content?.['application/json']?.schema;

describe.each(routes)('%s', (route, theirs) => {
  const [method, address] = route.split(' ') as [string, string];
  const operation = () => operations.get(`${method} ${addressKey(address)}`);

  test('takes what the published route takes', () => {
    if (!operation()) return expect(unexcused([`${route}: missing`])).toEqual([]);
    const [wanted, given] = [json(theirs.requestBody?.content), json(operation()!.requestBody?.content)];
    const at = `${route} body`;
    const query = comparedQueries(route, theirs, operation()!);
    if (!wanted) return expect(unexcused([...query, ...(given ? [`${at}: ours alone`] : [])])).toEqual([]);
    const body = given
      ? differences({ theirs: [withNulls(wanted), published], ours: [given, ours] }, 'request', at)
      : [`${at}: missing`];
    expect(unexcused([...query, ...body])).toEqual([]);
  });

  test('answers what the published route answers', () => {
    if (!operation()) return;
    const found = Object.entries(theirs.responses).flatMap(([status, { content }]) => {
      const answer = operation()!.responses[status];
      if (!answer) return [`${route} ${status}: not answered`];
      const [wanted, given] = [json(content), json(answer.content)];
      if (!wanted) return given ? [`${route} ${status}: ours alone`] : [];
      if (!given) return Object.keys(wanted).length > 0 ? [`${route} ${status}: says nothing`] : [];
      return differences({ theirs: [wanted, published], ours: [given, ours] }, 'answer', `${route} ${status}`);
    });
    expect(unexcused(found)).toEqual([]);
  });
});

function comparedQueries(route: string, theirs: Operation, operation: Operation): string[] {
  const queries = ({ parameters = [] }: Operation) => parameters.filter((each) => each.in === 'query');
  const names = (of: Operation) =>
    queries(of)
      .map(({ name, required }) => `${name}${required ? '*' : ''}`)
      .sort();
  const [wanted, given] = [names(theirs), names(operation)];
  return wanted.join() === given.join()
    ? []
    : [`${route} query: is ${given.join(', ') || 'nothing'} and not ${wanted.join(', ') || 'nothing'}`];
}

test('every door says what it answers', () => {
  const silent = [...operations].flatMap(([name, { responses }]) =>
    Object.entries(responses)
      .filter(([status, { content }]) => Number(status) < 300 && status !== '204' && !content)
      .map(([status]) => `${name} ${status}`),
  );
  expect(unexcused(silent)).toEqual([]);
});

test('every difference on purpose is one', () => {
  expect(onPurpose.filter(([pattern]) => !used.has(pattern))).toEqual([]);
});
