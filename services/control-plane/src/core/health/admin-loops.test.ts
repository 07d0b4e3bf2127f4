import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { LoopBoard } from '../loops/loop-board.js';
import { Loops } from '../loops/loops.js';
import { Metrics } from './metrics.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_METRICS_TOKEN: 'the-token-of-an-operator' });
  owner = await app.tenant();
});
afterAll(async () => {
  delete process.env['HEADGATE_METRICS_TOKEN'];
  await app.close();
});

const asked = (token: string | null) =>
  app.inject('GET', '/api/admin/loops', undefined, null, token === null ? {} : { authorization: `Bearer ${token}` });

test('how the loops are doing is shown to who may read the metrics, and to nobody else', async () => {
  for (const token of [null, 'guessed', owner.key]) expect((await asked(token)).status).toBe(404);
  await app.app.get(LoopBoard).write();
  const { status, body } = await asked('the-token-of-an-operator');
  expect(status).toBe(200);
  const mine = body.find((each: { process: string }) => each.process.endsWith(`/${process.pid}`));
  const scheduler = mine.loops.find((each: { name: string }) => each.name === 'schedule-runs');
  expect(scheduler).toMatchObject({ says: 'Makes the runs of schedules ahead of time.', every_seconds: 5, ok: true });
});

test('every loop says what it is for', () => {
  const loops = app.app.get(Loops).health();
  expect(loops.length).toBeGreaterThan(20);
  for (const { name, says } of loops)
    expect.soft([name, says]).toEqual([name, expect.stringMatching(/^[A-Z].*[a-z]\.$/)]);
});

test('metrics tell of loops only where they turn', async () => {
  const scraped = () => app.app.get(Metrics).registry.metrics();
  expect(await scraped()).not.toContain('loop="schedule-runs"');
  app.app.get(Loops).start();
  await expect
    .poll(scraped, { timeout: 20_000 })
    .toMatch(/headgate_loop_last_success_seconds\{loop="schedule-runs"\} \d+/);
  expect(await scraped()).toMatch(/headgate_loop_passes_total\{loop="schedule-runs"\} [1-9]/);
});
