import { describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { questionsOf } from '../stage';
import { pages, quiet, seeded, stage } from '../world';

const tiles = (page: Page) => page.getByRole('region', { name: 'Runs by state' });
const tile = async (page: Page, label: string) =>
  Number((await tiles(page).getByRole('link', { name: label }).innerText()).replace(/\D/g, ''));

pages('home and links', () => {
  describe('home', () => {
    test('loads once, whatever the workspace holds, and its counts move with the runs', async () => {
      const page = await stage.page();
      const asked = questionsOf(page);
      await page.goto(stage.home);
      await page.getByText('Latest runs').waitFor();
      await expect.poll(() => page.getByRole('listitem').count()).toBe(12);
      // What the seed made; nobody else has completed anything here yet.
      await expect.poll(() => tile(page, 'Completed')).toBe(140);
      await quiet(page);
      expect(asked.filter((name) => name === 'Runs')).toHaveLength(1);
      const { id } = await stage.run(seeded.bulk, 'RUNNING');
      await stage.move(id, 'COMPLETED');
      await expect.poll(() => tile(page, 'Completed')).toBe(141);
      expect(asked.filter((name) => name === 'Runs')).toHaveLength(1);
      await page.close();
    });

    test('the past hour is the past hour, here and where its tiles lead', async () => {
      const flow_id = await stage.flow('hours');
      for (const minutes of [2, 30, 58, 62, 90]) {
        const scheduled_time = new Date(Date.now() - minutes * 60_000).toISOString();
        await stage.post('/flow_runs/', { flow_id, state: { type: 'SCHEDULED', state_details: { scheduled_time } } });
      }
      const page = await stage.at('?span=1h');
      // The late run of the seed is long past.
      await expect.poll(() => tile(page, 'Due or paused')).toBe(3);
      await tiles(page).getByRole('link', { name: 'Due or paused' }).click();
      await page.waitForURL(/range=1h/);
      await expect.poll(() => page.getByRole('listitem').count()).toBe(3);
      await page.close();
    });
  });

  describe('links that Prefect prints', () => {
    test('lead to runs, with ids of the workspace and without', async () => {
      const page = await stage.page();
      const long = `/account/${stage.person.accountId}/workspace/${stage.person.workspaceId}`;
      for (const before of ['', long]) {
        await page.goto(`${stage.system.url}${before}/runs/flow-run/${seeded.run}`);
        await page.waitForURL(`${stage.home}/runs/${seeded.run}`);
        await page.getByRole('group', { name: 'Task runs' }).waitFor();
        await page.goto(`${stage.system.url}${before}/runs/task-run/${seeded.task}`);
        await page.waitForURL(`${stage.home}/task-runs/${seeded.task}`);
        await page.getByRole('heading', { name: 'load-0' }).waitFor();
      }
      await page.close();
    });

    test('a task run has a page: lines, states, inputs, artifacts, details; and it is live', async () => {
      const page = await stage.at(`/task-runs/${seeded.task}`);
      await page.getByRole('log').getByText('a line of the task', { exact: true }).waitFor();
      await expect.poll(() => page.getByRole('log').getByText('a line of the flow').count()).toBe(0);
      await page.getByRole('list', { name: 'States' }).getByText('Running').waitFor();
      await page.getByRole('tab', { name: 'Inputs' }).click();
      await page.getByText('the parameter day').waitFor();
      await page.getByRole('tab', { name: 'Artifacts' }).click();
      await page.getByRole('heading', { name: 'Water report' }).waitFor();
      await page.getByText(seeded.task).waitFor();
      await stage.text('POST', '/logs/', [
        {
          name: 'x',
          level: 20,
          timestamp: new Date().toISOString(),
          flow_run_id: seeded.run,
          task_run_id: seeded.task,
          message: 'one more',
        },
      ]);
      await page.getByRole('tab', { name: 'Logs' }).click();
      await page.getByRole('log').getByText('one more', { exact: true }).waitFor();
      await page.close();
    });
  });

  test('an address below a workspace that leads nowhere keeps the side bar', async () => {
    const page = await stage.at('/bogus');
    await page.getByText('There is nothing here').waitFor();
    await page.getByRole('navigation', { name: 'Workspace' }).getByRole('link', { name: 'Runs' }).click();
    await page.waitForURL(/\/runs$/);
    await page.close();
  });

  test('an address of a workspace that is not there is not found; who is not signed in is asked to', async () => {
    const page = await stage.page();
    const answer = await page.goto(`${stage.system.url}/nothing/here`);
    expect(answer?.status()).toBe(404);
    await page.getByText('There is nothing here').waitFor();
    await page.close();
    const window = await stage.newWindow();
    const stranger = await stage.watched(window);
    await stranger.goto(`${stage.home}/runs?state=FAILED`);
    await stranger.getByRole('heading', { name: 'Sign in' }).waitFor();
    const next = `${new URL(stage.home).pathname}/runs?state=FAILED`;
    await expect.poll(() => new URL(stranger.url()).searchParams.get('next')).toBe(next);
    await window.close();
  });

  test('answers come compressed, and the letters from here', async () => {
    const page = await stage.page();
    const answered = page.waitForResponse(
      async (response) =>
        response.url().endsWith('/graphql') && (response.request().postData() ?? '').includes('query Runs('),
    );
    await page.goto(`${stage.home}/runs`);
    const headers = await (await answered).allHeaders();
    expect(headers['content-encoding']).toBe('gzip');
    await page.getByRole('listitem').first().waitFor();
    const fonts = () =>
      page.evaluate(() => ({
        inUse: getComputedStyle(document.body).fontFamily.split(',')[0],
        loaded: [...document.fonts].some((font) => font.family.includes('Inter') && font.status === 'loaded'),
      }));
    await expect.poll(fonts).toEqual({ inUse: '"Inter Variable"', loaded: true });
    await page.close();
  });
});
