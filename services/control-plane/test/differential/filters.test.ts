import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../app.js';
import { answerOf, type Server } from './answers.js';
import { body } from './bodies.js';
import { cases } from './cases.js';
import { prefectBin, startReference, type Reference } from './reference.js';
import { screensOf } from './screens.js';
import { seed, type Post } from './seed.js';

/** Our server and a real Prefect server answer the same filters with the same names. FILTERS=1000 for more of them. */
const bodiesPerList = Number(process.env['FILTERS'] ?? 40);

/** What a Prefect server answers its own web app; SCREENS=write writes it anew. */
const screens = path.join(import.meta.dirname, 'screens.txt');

let app: TestApp;
let reference: Reference;
let ours: Server;
let theirs: Server;

const accepted = (path: string, payload: unknown, answer: { status: number; body: unknown }) => {
  if (answer.status < 300) return answer.body as any;
  throw new Error(`${answer.status} ${path} ${JSON.stringify(payload)} ${JSON.stringify(answer.body)?.slice(0, 300)}`);
};

const lists: [path: string, kinds: [string, ...string[]], sorts: string[]][] = [
  [
    'flow_runs',
    ['flow_runs', 'flows', 'task_runs', 'deployments', 'work_pools', 'work_pool_queues'],
    ['NAME_ASC', 'NAME_DESC', 'START_TIME_ASC', 'EXPECTED_START_TIME_DESC'],
  ],
  [
    'flows',
    ['flows', 'flow_runs', 'task_runs', 'deployments', 'work_pools'],
    ['NAME_ASC', 'NAME_DESC', 'CREATED_DESC'],
  ],
  [
    'deployments',
    ['deployments', 'flows', 'flow_runs', 'task_runs', 'work_pools', 'work_pool_queues'],
    ['NAME_ASC', 'NAME_DESC', 'CREATED_DESC'],
  ],
  ['task_runs', ['task_runs', 'flows', 'flow_runs', 'deployments'], ['NAME_ASC', 'NAME_DESC']],
  ['work_pools', ['work_pools'], []],
  ['work_queues', ['work_queues'], []],
  ['logs', ['logs'], ['TIMESTAMP_ASC', 'TIMESTAMP_DESC']],
  ['artifacts', ['artifacts', 'flows', 'flow_runs', 'task_runs', 'deployments'], ['CREATED_DESC']],
  ['artifacts/latest', ['artifacts', 'flows', 'flow_runs', 'task_runs', 'deployments'], ['KEY_ASC', 'KEY_DESC']],
];

describe.skipIf(!prefectBin)('a real Prefect server', () => {
  beforeAll(async () => {
    [app, reference] = await Promise.all([startTestApp(), startReference()]);
    const owner = await app.tenant();
    const post: Post = async (path, payload) =>
      accepted(path, payload, await app.inject('POST', `/api${path}`, payload, owner.key));
    const postThere: Post = async (path, payload) =>
      accepted(path, payload, await reference.http('POST', path, payload));
    ours = { post, ids: await seed(post) };
    theirs = { post: postThere, ids: await seed(postThere) };
  }, 300_000);
  afterAll(() => Promise.all([app?.close(), reference?.stop()]));

  test.each(cases)('finds in %s by %j what our table says', async (path, filters, names) => {
    expect((await answerOf(theirs, path, filters)).names).toEqual(names);
  });

  test('answers the screens of its web app as the committed answers say', async () => {
    const answers = await screensOf(reference.http, theirs.ids);
    if (process.env['SCREENS'] === 'write') fs.writeFileSync(screens, answers);
    expect(answers).toBe(fs.readFileSync(screens, 'utf8'));
  });

  test.each(lists)(
    'finds the same %s',
    async (path, kinds, sorts) => {
      const sort = sorts.length > 0 ? fc.record({ sort: fc.constantFrom(...sorts) }) : fc.constant({});
      await fc.assert(
        fc.asyncProperty(body(...kinds), sort, async (filters, order) => {
          const payload = { ...filters, ...order };
          expect(await answerOf(ours, path, payload)).toEqual(await answerOf(theirs, path, payload));
        }),
        { numRuns: bodiesPerList, seed: Number(process.env['SEED'] ?? 1) },
      );
    },
    600_000,
  );
});
