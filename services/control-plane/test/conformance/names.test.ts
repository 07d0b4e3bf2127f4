import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApiDocument } from '../../src/core/openapi/document.js';
import type { Document } from '../../src/core/openapi/open-api.js';
import { withPublishedNames } from '../../src/core/openapi/published-names.js';
import { startTestApp, type TestApp } from '../app.js';
import { namedOnPurpose } from './differences.js';
import { comparisons, differing } from './names.js';

const folder = path.join(import.meta.dirname, '../../published');
const read = (file: string) => JSON.parse(fs.readFileSync(file, 'utf8')) as Document;
const published = {
  server: read(process.env['HEADGATE_LAW'] ?? path.join(folder, 'server.json')),
  cloud: read(path.join(folder, 'cloud.json')),
};

let app: TestApp;
let raw: Document;
let named: Document;
beforeAll(async () => {
  app = await startTestApp();
  raw = openApiDocument(app.app, 'test');
  named = withPublishedNames(raw, [published.server, published.cloud]);
});
afterAll(() => app.close());

test('what Prefect publishes a name for has that name here', () => {
  const all = Object.values(published).flatMap((law) => comparisons(law, named));
  const used = new Set<RegExp>();
  const unargued = differing(all).filter((difference) => {
    const excuses = namedOnPurpose.filter(([pattern]) => pattern.test(difference));
    for (const [pattern] of excuses) used.add(pattern);
    return excuses.length === 0;
  });
  expect(unargued).toEqual([]);
  expect(namedOnPurpose.filter(([pattern]) => !used.has(pattern))).toEqual([]);
  // That there was something to compare.
  expect(all.length).toBeGreaterThan(5000);
});

test('every operation says what it does, in words and not in the spelling of an id', () => {
  const all = Object.values(named.paths).flatMap((operations) => Object.values(operations));
  expect(
    all.filter(({ summary }) => !/^[A-Z][a-zA-Z0-9 :,]*$/.test(summary ?? '')).map((each) => each.operationId),
  ).toEqual([]);
  // An id that did not end as its address and method do would be its own summary.
  expect(
    all.filter(({ summary }) => / (get|post|put|patch|delete)$/.test(summary!)).map((each) => each.summary),
  ).toEqual([]);
});

test('names are all that the published documents give: what is taken and answered is as our schemas say', () => {
  const twice = withPublishedNames(named, [published.server, published.cloud]);
  expect(twice).toEqual(named);
  expect(operationsOf(named)).toBe(operationsOf(raw));
  const refused = structuredClone(published.server);
  delete refused.components.schemas['FlowCreate']!['properties']['labels'];
  refused.components.schemas['FlowCreate']!['properties']['colour'] = { type: 'string' };
  const { FlowCreate } = withPublishedNames(raw, [refused]).components.schemas;
  expect(Object.keys(FlowCreate!['properties']).sort()).toEqual(['labels', 'name', 'tags']);
});

const operationsOf = ({ paths }: Document) => Object.values(paths).flatMap((methods) => Object.keys(methods)).length;

test('a component is referred to only where it is, and is only where it is referred to', () => {
  const text = JSON.stringify(named);
  const referred = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!));
  expect(Object.keys(named.components.schemas).sort()).toEqual([...referred].sort());
});

test('no two operations have the same id', () => {
  const ids = Object.values(named.paths).flatMap((methods) => Object.values(methods).map((each) => each.operationId));
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test('the committed document is the one that has these names', () => {
  const committed = read(path.join(import.meta.dirname, '../../openapi.json'));
  expect(committed.paths).toEqual(named.paths);
  expect(committed.components).toEqual(named.components);
});
