import { expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import type { Page } from 'playwright-core';
import { pages, quiet, seeded, stage } from '../world';

type Stored = { schedule: { cron?: string; interval?: number }; catch_up?: string | number };

pages('schedules', () => {
  const stored = async (id: string): Promise<Stored[]> =>
    JSON.parse(await stage.text('GET', `/deployments/${id}/schedules`));
  const list = (page: Page) => page.getByRole('list', { name: 'Schedules' });
  const policy = async (page: Page, name: string) => {
    await page.getByLabel('Missed runs').click();
    await page.getByRole('option', { name }).click();
  };

  test('a schedule is made, changed and deleted on the page of its deployment', async () => {
    const { id } = await stage.post('/deployments/', { name: 'by-hand', flow_id: seeded.orders });
    const page = await stage.at(`/deployments/${id}`);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const add = page.getByRole('button', { name: 'Add schedule' });
    await add.click();
    await page.getByText('Say when it fires.').waitFor();
    await page.getByLabel('Cron string').fill('0 0 31 2 *');
    await page.getByLabel('Time zone').fill('Nowhere/Land');
    await add.click();
    await page.getByRole('alert').getByText('Invalid timezone').waitFor();
    await page.getByLabel('Time zone').fill('America/New_York');
    await add.click();
    await page.getByRole('alert').getByText('would never fire: no date fits').waitFor();
    await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('0 0 31 2 *');
    await expect.poll(() => stored(id)).toEqual([]);
    await page.getByLabel('Cron string').fill('*/30 * * * *');
    await policy(page, 'Start only the latest');
    await add.click();
    await list(page).getByText('Missed runs: only the latest starts late.').waitFor();
    await list(page).getByText('When clocks are put back').click();
    await list(page)
      .getByText(/the clocks of America\/New_York are put back.*nothing fires for 90 minutes/)
      .waitFor();
    await expect.poll(() => stored(id)).toMatchObject([{ schedule: { cron: '*/30 * * * *' }, catch_up: 'latest' }]);

    await page.getByRole('button', { name: /^Edit / }).click();
    await policy(page, 'Start those that are not too late');
    await page.getByLabel('At most so many seconds late').fill('99999999999');
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await page.getByRole('alert').getByText('From 1 to 31,622,400 seconds.').waitFor();
    await page.getByLabel('At most so many seconds late').fill('7200');
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await list(page).getByText('Missed runs: those up to 2h late start').waitFor();
    await expect.poll(() => stored(id)).toMatchObject([{ schedule: { cron: '*/30 * * * *' }, catch_up: 7_200 }]);

    await page.getByRole('button', { name: /^Delete Every/ }).click();
    await page.getByRole('button', { name: 'Delete schedule' }).click();
    await page.getByText('It runs only when somebody or something starts it.').waitFor();
    // What had the focus has gone with the schedule.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Schedules');
    await expect.poll(() => stored(id)).toEqual([]);
    await page.close();
  });

  test('what was skipped is said beside its schedule and stands among the runs', async () => {
    const cron = `${(new Date().getUTCMinutes() + 30) % 60} * * * *`;
    const schedules = [{ schedule: { cron }, catch_up: 'none' }];
    const { id } = await stage.post('/deployments/', { name: 'skips', flow_id: seeded.orders, schedules });
    const start_time = new Date(Date.now() - 3 * 3_600_000).toISOString();
    await stage.text('POST', `/deployments/${id}/schedule`, {
      start_time,
      end_time: new Date().toISOString(),
      min_runs: 50,
    });
    const page = await stage.at(`/deployments/${id}`);
    await list(page).getByText('Missed runs: all are skipped.').waitFor();
    await until(
      'the skips are said',
      async () => {
        await page.reload();
        await quiet(page);
        return (await list(page).getByText('Skipped 3 runs').count()) > 0;
      },
      120,
    );
    await list(page).getByText('Not started within 60 seconds of its time. The schedule skips missed runs.').waitFor();
    await page.getByText('Skipped', { exact: true }).first().waitFor();
    await page.close();
  });

  test('home tells of the runs that are yet to come, and leads to them', async () => {
    const scheduled_time = new Date(Date.now() + 3 * 3_600_000).toISOString();
    const flow_id = await stage.flow('to-come');
    await stage.post('/flow_runs/', {
      flow_id,
      name: 'in-three-hours',
      state: { type: 'SCHEDULED', state_details: { scheduled_time } },
    });
    const page = await stage.at('');
    await page.getByRole('link', { name: /^\d+ to come$/ }).click();
    await page.waitForURL(/range=upcoming/);
    // The soonest come first, and schedules of other tests have many.
    await page.getByPlaceholder('Search by run name').fill('in-three-hours');
    await page.getByRole('link', { name: 'in-three-hours' }).waitFor();
    await page.close();
  });

  test('on a phone the list of deployments shows when they run and how they went', async () => {
    await stage.post('/deployments/', {
      name: 'seen-on-a-phone',
      flow_id: seeded.orders,
      schedules: [{ schedule: { cron: '15 4 * * *' } }],
    });
    const page = await stage.page();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${stage.home}/deployments`);
    const row = page.getByRole('row').filter({ hasText: 'seen-on-a-phone' });
    const shown = (text: string) => row.getByText(text).filter({ visible: true });
    await shown('Every day at 04:15 (UTC)').waitFor();
    await row.locator('span:visible', { hasText: 'No runs' }).or(row.locator('.bg-line:visible')).first().waitFor();
    await page.close();
  });
});
