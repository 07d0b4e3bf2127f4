import type { AddressInfo } from 'node:net';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { graphqlSocket } from '../../../test/open-doors.js';
import { statementsDuring } from '../../../test/statements.js';

let app: TestApp;
let owner: Tenant;
let port: number;
let flow: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flow = (await call('/flows/', { name: 'f' })).id;
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => app.close());

const call = async (path: string, body: unknown, { key } = owner) =>
  (await app.inject('POST', `/api${path}`, body, key)).body;
const makeRun = async (more: object = {}): Promise<string> =>
  (await call('/flow_runs/', { flow_id: flow, state: { type: 'PENDING' }, ...more })).id;
const rename = (run: string, name: string) =>
  call(`/flow_runs/${run}/set_state`, { state: { type: 'RUNNING', name }, force: true });

type Told = { id: string; stateName: string; parameters?: object };

/** A page that asks for `fields` of what changes, and what it was told. */
async function page(what: string, fields = 'id stateName', { key } = owner) {
  const { socket, heard, say } = graphqlSocket(port, { apiKey: key });
  await until('it is let in', () => heard.length > 0);
  say({ type: 'subscribe', id: 'live', payload: { query: `subscription { ${what} { ${fields} } }` } });
  say({ type: 'subscribe', id: 'asked', payload: { query: '{ viewer { id } }' } });
  await until('it is asked', () => heard.length > 1);
  const told = (): Told[] =>
    heard.flatMap(({ payload }) => Object.values(payload?.data ?? {}) as Told[]).filter((each) => each.stateName);
  return { socket, told, names: () => told().map((each) => each.stateName) };
}

const oneRun = (run: string) => `flowRunChanged(workspaceId: "${owner.workspaceId}", id: "${run}")`;
const everyRun = () => `flowRunsChanged(workspaceId: "${owner.workspaceId}")`;

test('a change that many pages show is read for all of them, and each of them is told', async () => {
  const run = await makeRun();
  const pages = await Promise.all(Array.from({ length: 60 }, () => page(oneRun(run))));
  const reads = await statementsDuring(/work_queue_name/, async () => {
    await rename(run, 'Seen');
    await until('all are told', () => pages.every((each) => each.names().includes('Seen')));
  });
  // What the change itself reads does not grow with those who look on. Where the machine is slow, not all of them look at
  // the same moment.
  expect(reads).toBeLessThan(pages.length / 4);
  expect(pages.map((each) => each.told().filter((told) => told.stateName === 'Seen'))).toEqual(
    pages.map(() => [{ id: run, stateName: 'Seen' }]),
  );
  for (const { socket } of pages) socket.close();
});

test('who asks for other fields, or other runs, is told what it asked for', async () => {
  const [run, other] = [await makeRun({ parameters: { n: 1 } }), await makeRun()];
  const [brief, whole, elsewhere] = await Promise.all([
    page(oneRun(run)),
    page(oneRun(run), 'id stateName parameters'),
    page(oneRun(other)),
  ]);
  await rename(run, 'Here');
  await rename(other, 'There');
  await until('all are told', () => elsewhere.names().includes('There') && whole.names().includes('Here'));
  await until('all are told', () => brief.names().includes('Here'));
  expect(brief.told().at(-1)).toEqual({ id: run, stateName: 'Here' });
  expect(whole.told().at(-1)).toEqual({ id: run, stateName: 'Here', parameters: { n: 1 } });
  expect(elsewhere.names()).not.toContain('Here');
  for (const { socket } of [brief, whole, elsewhere]) socket.close();
});

test('those who are left are told when the first of them has gone, and who comes later, too', async () => {
  const run = await makeRun();
  const [first, second] = [await page(oneRun(run)), await page(oneRun(run))];
  first.socket.close();
  await until('it is gone', () => first.socket.readyState === first.socket.CLOSED);
  await rename(run, 'After it');
  await until('the other is told', () => second.names().includes('After it'));
  second.socket.close();
  await until('nobody is left', () => second.socket.readyState === second.socket.CLOSED);
  const third = await page(oneRun(run));
  await rename(run, 'Anew');
  await until('who came later is told', () => third.names().includes('Anew'));
  expect(first.names()).toEqual([]);
  third.socket.close();
});

test('who does not read keeps nobody waiting, and later learns what everything has become', async () => {
  const [slow, quick] = [
    await page(everyRun(), 'id stateName parameters'),
    await page(everyRun(), 'id stateName parameters'),
  ];
  slow.socket.pause();
  // Many times what the buffers between here and there hold.
  const parameters = { text: 'x'.repeat(400_000) };
  const runs: string[] = [];
  while (runs.length < 40) runs.push(await makeRun({ parameters }));
  for (const run of runs) await rename(run, 'Last');
  const knowsAll = (told: Told[]) =>
    runs.every((run) => told.filter((each) => each.id === run).at(-1)?.stateName === 'Last');
  await until('the quick one knows all', () => knowsAll(quick.told()));
  expect(knowsAll(slow.told())).toBe(false);
  slow.socket.resume();
  await until('the slow one knows all', () => knowsAll(slow.told()));
  for (const { socket } of [slow, quick]) socket.close();
});
