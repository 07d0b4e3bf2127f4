import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allScopes } from '../../src/core/access/scopes.js';
import { Operations } from '../../src/core/operations/operations.js';
import { startTestApp, type TestApp } from '../app.js';
import { callGraph, wayTo, type CallGraph } from './call-graph.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('every operation says what it needs, what it did, and what the audit calls it', () => {
  const operations = app.app.get(Operations).list();
  expect(operations.length).toBeGreaterThan(60);
  const needs = new Set<string>(['nothing', 'sign-in', ...allScopes]);
  const wrong = operations.filter(
    ({ name, needs: need, describe, audit }) =>
      !/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/.test(name) ||
      !needs.has(need) ||
      typeof describe !== 'function' ||
      !/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/.test(audit) ||
      audit.split('.')[0] !== name.split('.')[0],
  );
  expect(wrong.map(({ name }) => name)).toEqual([]);
  expect(new Set(operations.map(({ audit }) => audit)).size).toBe(operations.length);
});

const modules = fileURLToPath(new URL('../../src/modules', import.meta.url));

/** SQL and calls of Kysely and Prisma that change what is stored. `for update` only locks. */
const changes = (text: string): boolean =>
  /\b(insert\s+into|delete\s+from|update\s+\w+(\s+as)?(\s+\w+)?\s+set)\b/i.test(text) ||
  /\b(insertInto|updateTable|deleteFrom|updateRow)\(/.test(text) ||
  /\bprisma\.\w+\.(create|createMany|update|updateMany|upsert|delete|deleteMany)\(/.test(text);

const isDoor = ({ file }: { file: string }): boolean => /\.(rest|graphql|socket)\.ts$/.test(file);

/** What sockets do besides, which nobody asks for: they keep and give back what is leased to their connection. */
const leases: Record<string, string> = {
  'OffersService.next': 'a task worker is offered runs for as long as it is connected',
  'OffersService.renew': 'the same',
  'OffersService.takeBack': 'a run that a task worker did not take is offered to another one',
  'TeardownsService.reserve': 'a worker is given teardowns for as long as it is connected',
  'TeardownsService.answer': 'a worker tells what became of the teardowns that it was given',
};

/** The ways by which doors change something without an operation. */
function changesOutside(graph: CallGraph): string[] {
  return [...graph]
    .filter(([, node]) => isDoor(node))
    .map(([name]) => wayTo(graph, name, changes))
    .filter((way) => way !== null)
    .map((way) => way.join(' > '));
}

test('no door changes anything but by an operation', () => {
  const graph = callGraph(modules);
  expect([...graph.values()].filter(isDoor).length).toBeGreaterThan(300);
  for (const name of Object.keys(leases)) {
    expect(wayTo(graph, name, changes), name).not.toBeNull();
    graph.delete(name);
  }
  expect(changesOutside(graph)).toEqual([]);
});

test('a door that changes something by itself is found, however far below', () => {
  const graph = callGraph(modules);
  graph.set('SomeController.create', {
    file: 'some.rest.ts',
    calls: new Set(['FlowsService.ensure']),
    text: 'return this.flows.ensure(ctx, body)',
  });
  expect(changesOutside(graph).filter((way) => way.startsWith('Some'))).toEqual([
    'SomeController.create > FlowsService.ensure > FlowsService.make > flows/flows.queries.ts#insertFlow',
  ]);
});
