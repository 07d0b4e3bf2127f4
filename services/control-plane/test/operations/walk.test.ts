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
  expect(operations.length).toBeGreaterThan(2);
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

/** The doors that change something without an operation, each with the way to what changes it. */
function changesOutside(graph: CallGraph): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, node] of graph) {
    const way = isDoor(node) ? wayTo(graph, name, changes) : null;
    if (way) found.set(name, way.join(' > '));
  }
  return found;
}

/** They are to become operations. */
const notYet = new Set<string>([
  'ApiKeysResolver.createApiKey',
  'ApiKeysResolver.deleteApiKey',
  'BlockDocumentsController.create',
  'BlockDocumentsController.delete',
  'BlockDocumentsController.update',
  'BlockDocumentsResolver.createBlockDocument',
  'BlockDocumentsResolver.deleteBlockDocument',
  'BlockDocumentsResolver.updateBlockDocument',
  'BlockSchemasController.create',
  'BlockSchemasController.delete',
  'BlockTypesController.create',
  'BlockTypesController.delete',
  'BlockTypesController.update',
  'BlockTypesResolver.deleteBlockType',
  'ClaimsController.abandon',
  'ClaimsController.claim',
  'ClaimsController.leave',
  'ClaimsController.release',
  'ClaimsController.renew',
  'EventsController.create',
  'EventsInSocket.handle',
  'EventsInSocket.onModuleInit',
  'EventsInSocket.store',
  'LogsController.create',
  'PoolQueuesController.create',
  'PoolQueuesController.delete',
  'PoolQueuesController.update',
  'RecoveryController.change',
  'RecoveryResolver.setWorkPoolRecovery',
  'ScheduledSocket.handle',
  'ScheduledSocket.onModuleInit',
  'ScheduledSocket.serve',
  'ScheduledSocket.serveOne',
  'SignInResolver.enter',
  'SignInResolver.signIn',
  'SignInResolver.signOut',
  'SignInResolver.signUp',
  'TaskRunsController.create',
  'TaskRunsController.delete',
  'TaskRunsController.setState',
  'TaskRunsController.update',
  'UsersController.createKey',
  'UsersController.deleteKey',
  'WorkPoolsController.create',
  'WorkPoolsController.delete',
  'WorkPoolsController.poll',
  'WorkPoolsController.update',
  'WorkPoolsResolver.createWorkPool',
  'WorkPoolsResolver.deleteWorkPool',
  'WorkPoolsResolver.setWorkPoolPaused',
  'WorkPoolsResolver.updateWorkPool',
  'WorkQueuesController.create',
  'WorkQueuesController.delete',
  'WorkQueuesController.poll',
  'WorkQueuesController.update',
  'WorkQueuesResolver.change',
  'WorkQueuesResolver.createWorkQueue',
  'WorkQueuesResolver.deleteWorkQueue',
  'WorkQueuesResolver.setWorkQueuePaused',
  'WorkQueuesResolver.updateWorkQueue',
  'WorkerChannelSocket.cleanupFor',
  'WorkerChannelSocket.handle',
  'WorkerChannelSocket.onModuleInit',
  'WorkerChannelSocket.open',
  'WorkersController.delete',
  'WorkersController.heartbeat',
  'WorkspacesController.create',
  'WorkspacesController.delete',
  'WorkspacesController.update',
  'WorkspacesResolver.createWorkspace',
]);

test('no door changes anything but by an operation', () => {
  const outside = changesOutside(callGraph(modules));
  expect([...outside].filter(([name]) => !notYet.has(name)).map(([, way]) => way)).toEqual([]);
  expect([...notYet].filter((name) => !outside.has(name))).toEqual([]);
});
