import { describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { big } from '../seed';
import { questionsOf } from '../stage';
import { pages, seeded, stage } from '../world';

pages('forms', () => {
  test('an approval is given in the page: its form checks, sends, and the run goes on', async () => {
    const { id } = await stage.run(seeded.orders, 'RUNNING');
    await stage.move(id, 'PAUSED', {
      state_details: {
        pause_timeout: new Date(Date.now() + 600_000).toISOString(),
        run_input_keyset: { schema: 'a-schema', response: 'a-response', description: 'a-description' },
      },
    });
    const page = await stage.at(`/runs/${id}`);
    await page.getByText('Reading what it wants…').waitFor();
    const schema = {
      type: 'object',
      required: ['approve'],
      properties: {
        approve: { type: 'boolean', title: 'Approve' },
        comment: { type: 'string', title: 'Comment', maxLength: 10, default: 'fine' },
        serial: { type: 'integer', title: 'Serial' },
      },
    };
    // As Prefect does: what it wants comes after the pause.
    await stage.text('POST', `/flow_runs/${id}/input`, { key: 'a-description', value: '"Is the level **right**?"' });
    await stage.text('POST', `/flow_runs/${id}/input`, { key: 'a-schema', value: JSON.stringify(schema) });
    await page.getByText('right', { exact: true }).waitFor();
    await page.getByText(/Fails in \d.* if nobody resumes it/).waitFor();
    await page.getByLabel('Comment').fill('far too long for this');
    const resume = page.getByRole('button', { name: 'Resume with these values' });
    await resume.click();
    await page.getByText('This is needed.').waitFor();
    await page.getByRole('radio', { name: 'Yes' }).click();
    await resume.click();
    await page.getByText('Must have at most 10 characters.').waitFor();
    await page.getByLabel('Comment').fill('go');
    await page.getByLabel('Serial').fill(big);
    await resume.click();
    await page.getByRole('list', { name: 'States' }).getByText('Running', { exact: true }).first().waitFor();
    await page.getByText('This run waits for your input').waitFor({ state: 'detached' });
    const sent = await stage.text('GET', `/flow_runs/${id}/input/a-response`);
    expect(sent).toBe(`{"approve":true,"comment":"go","serial":${big}}`);
    await page.close();
  });

  test('a run is suspended only by who read that it begins anew, and says that it is suspended', async () => {
    const deployment = { name: 'to-suspend', flow_id: await stage.flow('to-suspend') };
    const { id: deploymentId } = await stage.post('/deployments/', deployment);
    const { id } = await stage.post(`/deployments/${deploymentId}/create_flow_run`);
    await stage.move(id, 'RUNNING');
    const page = await stage.at(`/runs/${id}`);
    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('dialog').getByText('the flow begins anew').waitFor();
    await page.getByRole('button', { name: 'Let it run' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(async () => (await stage.get(`/flow_runs/${id}`))['state_type']).toBe('RUNNING');
    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('button', { name: 'Suspend run' }).click();
    await page.getByText('The run is being suspended.').waitFor();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await expect.poll(async () => (await stage.get(`/flow_runs/${id}`))['state_name']).toBe('Suspended');
    await page.close();
  });

  test('a dialog opens at its first field, and nothing of it shows beyond its round corners', async () => {
    const page = await stage.at(`/deployments/${seeded.backfill}`);
    await page.getByRole('button', { name: 'Custom run' }).click();
    const dialog = page.getByRole('dialog');
    await expect
      .poll(() =>
        dialog
          .locator('input')
          .first()
          .evaluate((it) => it === document.activeElement),
      )
      .toBe(true);
    const atTheCorners = () =>
      dialog.evaluate((box) => {
        const { left, right, bottom } = box.getBoundingClientRect();
        return [left + 2, right - 2].map((x) => box.contains(document.elementFromPoint(x, bottom - 2)));
      });
    await expect.poll(atTheCorners).toEqual([false, false]);
    await page.close();
  });

  test('a run that waits for a retry is retried now', async () => {
    const { id } = await stage.post(`/deployments/${seeded.nightly}/create_flow_run`);
    await stage.move(id, 'RUNNING');
    const later = new Date(Date.now() + 70 * 60_000).toISOString();
    await stage.move(id, 'SCHEDULED', { name: 'AwaitingRetry', state_details: { scheduled_time: later } });
    const page = await stage.at('/flows');
    await page
      .getByRole('row', { name: /load-orders/ })
      .getByRole('cell', { name: 'in 1 hr' })
      .waitFor();
    await page.goto(`${stage.home}/runs/${id}`);
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('The run will be tried again.').waitFor();
    const { next_scheduled_start_time: due } = await stage.get(`/flow_runs/${id}`);
    expect(Date.parse(String(due))).toBeLessThanOrEqual(Date.now());
    // It cannot be retried twice.
    await expect.poll(() => page.getByRole('button', { name: 'Retry' }).getAttribute('aria-disabled')).toBe('true');
    await page.close();
  });

  test('when runs of a pool are lost is told there and can be changed; a mistake is said at its field', async () => {
    const page = await stage.at('/work-pools');
    await page.getByRole('button', { name: /^Change these times: when runs of slow-to-start/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Taken, but not started').fill('an hour');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('A whole number of seconds from 5 to').waitFor();
    await dialog.getByLabel('Taken, but not started').fill('7200');
    await dialog.getByLabel('Without a heartbeat').fill('240');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('goes back into the queue after 2h (5m while no worker is connected)').waitFor();
    const recovery = await stage.get('/headgate/work_pools/slow-to-start/recovery');
    expect(recovery).toEqual({
      pending_seconds_max: 7200,
      pending_without_worker_seconds_max: 300,
      heartbeat_seconds_max: 240,
    });
    await page.close();
  });

  test('a late refusal of a password leaves alone who has gone on', async () => {
    const window = await stage.newWindow();
    const page = await stage.watched(window);
    let answer: () => void = () => {};
    const late = new Promise<void>((done) => (answer = done));
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('mutation SignIn')) await late;
      return route.continue();
    });
    await page.goto(`${stage.system.url}/sign-in`);
    const asked = questionsOf(page);
    await page.getByLabel('E-mail').fill(stage.person.email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Name').fill('Bob');
    answer();
    await expect.poll(() => asked.includes('SignIn') && asked.underWay).toBe(0);
    expect(new URL(page.url()).pathname).toBe('/sign-up');
    await expect.poll(() => page.getByLabel('Name').inputValue()).toBe('Bob');
    await window.close();
  });

  describe('running a deployment', () => {
    test('from the list asks for what is needed, and says at the fields what is wrong, the first of them focused', async () => {
      const page = await stage.at('/deployments');
      await page.getByRole('button', { name: 'Run backfill now' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Count').fill('999999');
      await dialog.getByRole('button', { name: 'Start run' }).click();
      await dialog.getByText('This is needed.').waitFor();
      await dialog.getByText('Must be at most 5000.').waitFor();
      await expect.poll(() => focusedLabel(page)).toMatch(/^Day/);
      await dialog.getByLabel('Day').fill('2026-03-01');
      await dialog.getByRole('button', { name: 'Start run' }).click();
      await dialog.getByText('Must be at most 5000.').waitFor();
      await expect.poll(() => focusedLabel(page)).toMatch(/^Count/);
      await expect.poll(() => dialog.getByLabel('Token').getAttribute('type')).toBe('password');
      await expect.poll(() => dialog.getByLabel('Day').getAttribute('type')).toBe('date');
      await page.close();
    });

    test('that cannot be started says why in its form, and closed gives back the focus', async () => {
      const page = await stage.at(`/deployments/${seeded.backfill}`);
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('mutation CreateRun') ? route.abort() : route.continue(),
      );
      await page.getByRole('button', { name: 'Custom run' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Day').fill('2026-03-01');
      await dialog.getByRole('button', { name: 'Start run' }).click();
      await dialog.getByRole('alert').getByText('The server cannot be reached.').waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Custom run');
      await page.close();
    });

    test('sends what was edited, to the last digit, and nothing else', async () => {
      const page = await stage.at(`/deployments/${seeded.backfill}`);
      await page.getByRole('button', { name: 'Quick run' }).click();
      const dialog = page.getByRole('dialog');
      await expect.poll(() => dialog.getByLabel('Serial').inputValue()).toBe(big);
      await dialog.getByLabel('Day').fill('2026-03-01');
      await dialog.getByRole('button', { name: 'Add to Ids' }).click();
      await dialog.getByRole('textbox', { name: 'Ids 1' }).fill('98765432109876543210');
      await dialog.getByLabel('Note').fill('by hand');
      await dialog.getByRole('radio', { name: 'Number' }).click();
      await dialog.getByRole('textbox', { name: 'Target' }).fill('7');
      await dialog.getByRole('button', { name: 'Start run' }).click();
      await page.getByRole('link', { name: /^Open / }).click();
      await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
      const id = page.url().split('/').at(-1)!;
      const run = await stage.text('GET', `/flow_runs/${id}`);
      expect(/"parameters":(\{.*?\}),"/.exec(run)?.[1]).toContain('"ids":[98765432109876543210]');
      expect(JSON.parse(run).parameters).toMatchObject({ day: '2026-03-01', target: 7, options: { note: 'by hand' } });
      expect(Object.keys(JSON.parse(run).parameters).sort()).toEqual(['day', 'ids', 'options', 'target'].sort());
      await page.getByRole('tab', { name: 'Parameters' }).click();
      await page.getByText('98765432109876543210').waitFor();
      await page.close();
    });
  });
});

/** The label of the field that has the focus. */
const focusedLabel = (page: Page): Promise<string> =>
  page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent ?? '');
