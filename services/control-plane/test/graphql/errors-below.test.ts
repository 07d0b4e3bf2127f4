import { newId } from '@headgate/contracts';
import type { AddressInfo } from 'node:net';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Live, topics } from '../../src/core/live/live.js';
import { graphqlSocket } from '../open-doors.js';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { doorsOf } from './doors.js';

let app: TestApp;
let owner: Tenant;
let run: string;
let doors: ReturnType<typeof doorsOf>;
beforeAll(async () => {
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
  doors = doorsOf(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  owner = await app.tenant();
  const flow = (await app.inject('POST', '/api/flows/', { name: 'f' }, owner.key)).body;
  run = (await app.inject('POST', '/api/flow_runs/', { flow_id: flow.id }, owner.key)).body.id;
});

const ofRun = (field: string) => `{ flowRun(workspaceId: "${owner.workspaceId}", id: "${run}") { id ${field} } }`;

describe.each(['http', 'get', 'socket'] as const)('below a door, by %s', (name) => {
  const errorOf = async (query: string) => {
    // The second time the document is a compiled plan, the third time that plan is known.
    const told = [];
    for (let times = 0; times < 3; times++) {
      const { message, extensions } = (await doors[name](query, {}, owner.key)).errors![0]!;
      told.push({ message, code: extensions?.code });
    }
    expect(told).toEqual([told[0], told[0], told[0]]);
    return told[0];
  };

  test.each([
    ['logs(search: "a\\u0000b") { nodes { id } }', 'The request contains a value that cannot be stored.'],
    ['logs(after: "zzz") { nodes { id } }', 'The cursor is not one of ours.'],
    ['taskRuns(first: 0) { nodes { id } }', 'first must be between 1 and 200.'],
    [`logs(search: "${'x'.repeat(201)}") { nodes { id } }`, 'search has at most 200 characters.'],
    ['flow { recentRuns(first: -1) { id } }', /.+/],
  ])('a mistake in %s is told in our words each time', async (field, message) => {
    const told = await errorOf(ofRun(field));
    expect(told).toEqual({ message: expect.stringMatching(message), code: 'invalid' });
  });

  test('a failure of ours says nothing of the database, however often it is met', async () => {
    await without('artifact', async () =>
      expect(await errorOf(ofRun('artifacts { id }'))).toEqual({ message: 'Internal Server Error', code: 'internal' }),
    );
  });
});

/** A table that is not there for a while stands for a database that is away. */
async function without(table: string, work: () => Promise<unknown>): Promise<void> {
  await app.db.sql.query(`alter table ${table} rename to hidden`);
  try {
    await work();
  } finally {
    await app.db.sql.query(`alter table hidden rename to ${table}`);
  }
}

function page(apiKey = owner.key) {
  const { port } = app.app.getHttpServer().address() as AddressInfo;
  const opened = graphqlSocket(port, { apiKey });
  let code = 0;
  opened.socket.once('close', (closed: number) => (code = closed));
  const kinds = () => opened.heard.map(({ type }) => type);
  return { ...opened, kinds, isSentBack: () => until('it is sent back', () => code === 1013) };
}

test.each([
  ['read by one page', 1, 'flowRunsChanged(workspaceId: $w) { id }', 'flow_run', topics.events],
  ['read by three pages', 3, 'flowRunsChanged(workspaceId: $w) { id }', 'flow_run', topics.events],
  ['lines of a log', 1, 'flowRunLogs(workspaceId: $w, flowRunId: $r) { id }', 'log', topics.logs],
])(
  'news that cannot be read, %s, send back who waits, and nothing listens on',
  async (_, many, field, table, topic) => {
    const { local } = app.app.get(Live) as unknown as { local: { listenerCount(topic: string): number } };
    const listening = () => local.listenerCount(topic(owner.workspaceId));
    const before = listening();
    const pages = Array.from({ length: many }, () => page());
    const query = `subscription { ${field.replace('$w', `"${owner.workspaceId}"`).replace('$r', `"${run}"`)} }`;
    for (const each of pages) {
      await until('it is let in', () => each.kinds().includes('connection_ack'));
      each.say({ type: 'subscribe', id: '1', payload: { query } });
    }
    await until('they listen', () => listening() > before);
    await without(table, async () => {
      const news = [
        {
          resource: { 'prefect.resource.id': `prefect.flow-run.${run}`, 'prefect.state-type': 'RUNNING' },
          flow_run_id: run,
          task_run_id: null,
          id: newId(),
          timestamp: new Date().toISOString(),
        },
      ];
      app.app.get(Live).publish(topic(owner.workspaceId), news);
      for (const each of pages) await each.isSentBack();
    });
    for (const each of pages) expect(each.kinds()).not.toContain('error');
    await until('nothing listens', () => listening() === before);
  },
);

test('who cannot be let in because something fails here comes back', async () => {
  await without('api_key', () => page(`pnu_${'a'.repeat(36)}`).isSentBack());
});
