import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStage, type Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.app.close());

test('what schedules that fire each second would make is begun by the request, and made by the loops', async () => {
  const schedules = Array.from({ length: 100 }, (_, n) => ({ slug: `s${n}`, schedule: { interval: 1 } }));
  const { id } = await stage.deployment({ schedules });
  const runs = async (): Promise<{ all: number; schedules: number }> => {
    const { rows } = await stage.app.db.sql.query(
      `select count(*)::int as all, count(distinct created_by->>'id')::int as schedules from flow_run where deployment_id = $1`,
      [id],
    );
    return rows[0];
  };
  const atOnce = await runs();
  expect(atOnce.all).toBeGreaterThan(0);
  expect(atOnce.all).toBeLessThanOrEqual(1_000);
  // Of one workspace the loops make no more than its share in a pass.
  for (let pass = 0; pass < 10; pass++) await stage.rivals('schedule-runs');
  expect((await runs()).schedules).toBe(100);
});
