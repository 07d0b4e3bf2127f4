import { expect, test } from 'vitest';
import { pages, seeded, stage } from '../world';

/** A schema that a paused run asks by. */
const approval = {
  type: 'object',
  required: ['approve'],
  properties: { approve: { type: 'string', title: 'Approve' } },
};

pages('what newcomers run into', () => {
  test('that nobody takes a run is told where it is started, and on its page', async () => {
    const parameter_openapi_schema = { type: 'object', properties: { either: { type: ['string', 'integer'] } } };
    const body = { name: 'nobody-serves', flow_id: await stage.flow('helpless'), paused: true };
    const { id } = await stage.post('/deployments/', { ...body, parameter_openapi_schema });
    const page = await stage.at(`/deployments/${id}`);
    await page.getByText(/^Paused: its schedules make no runs/).waitFor();
    await page.getByRole('button', { name: 'Custom run' }).click();
    await page.getByText('Whole number', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.getByText(/no work pool, and no program serves it/).waitFor();
    await page.getByRole('link', { name: /^Open / }).click();
    await page.getByText(/This run waits: its deployment has no work pool/).waitFor();
    await page.close();
  });

  test('lines of a log stand in their colours, and are found by their words', async () => {
    const { id } = await stage.run(await stage.flow('colourful'), 'RUNNING');
    const line = { name: 'prefect.flow_runs', level: 20, timestamp: new Date().toISOString(), flow_run_id: id };
    const messages = [
      '\u001b[31mred \u001b[1malert\u001b[0m after',
      '\u001b]8;;https://x.example\u0007a link\u001b]8;;\u0007',
    ];
    await stage.text(
      'POST',
      '/logs/',
      messages.map((message) => ({ ...line, message })),
    );
    const page = await stage.at(`/runs/${id}`);
    await page.getByText('a link', { exact: true }).waitFor();
    await page.getByRole('log').getByText('alert', { exact: true }).waitFor();
    await page.getByLabel('Search the log').fill('red alert');
    await expect.poll(() => page.locator('mark').allInnerTexts()).toEqual(['red ', 'alert']);
    await page.close();
  });

  test('where only runs are left out that are yet to come, the way to them is shown', async () => {
    const scheduled_time = new Date(Date.now() + 5 * 3_600_000).toISOString();
    const state = { type: 'SCHEDULED', state_details: { scheduled_time } };
    const flow_id = await stage.flow('only-to-come');
    await stage.post('/flow_runs/', { flow_id, name: 'in-five-hours', state });
    const page = await stage.at(`/runs?state=SCHEDULED&flow=${flow_id}`);
    await page.getByRole('heading', { name: 'No run matches' }).waitFor();
    await page.getByRole('button', { name: 'Up to now' }).waitFor();
    await page.getByRole('button', { name: 'Show upcoming runs' }).click();
    await page.waitForURL(/state=SCHEDULED.*range=upcoming/);
    await page.getByText('in-five-hours').waitFor();
    await page.close();
  });

  test('a date in the address filters, and the button tells of it', async () => {
    const page = await stage.at('/runs?to=2020-01-01');
    await page.getByRole('button', { name: 'Chosen dates' }).waitFor();
    await page.getByRole('heading', { name: 'No run matches' }).waitFor();
    await page.close();
  });

  test('the newest first is so by the times that are shown', async () => {
    const flow_id = await stage.flow('in-order');
    const due = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    for (const minutes of [20, 40]) {
      const state = { type: 'SCHEDULED', state_details: { scheduled_time: due(minutes) } };
      const { id } = await stage.post('/flow_runs/', { flow_id, state });
      await stage.move(id, 'RUNNING');
    }
    const page = await stage.at(`/runs?flow=${flow_id}`);
    await expect.poll(() => page.getByRole('listitem').count()).toBe(2);
    const times = await page.getByRole('listitem').locator('time:visible').allInnerTexts();
    expect(times).toEqual(['20 min ago', '40 min ago']);
    await page.close();
  });

  test('an address below the work pools leads to the pool that it names, or says that there is none', async () => {
    const page = await stage.page();
    for (const rest of ['', '/worker/01900000-0000-7000-8000-000000000000']) {
      await page.goto(`${stage.system.url}/work-pools/work-pool/slow-to-start${rest}`);
      await page.getByRole('heading', { name: 'slow-to-start' }).waitFor();
      await expect.poll(() => page.getByRole('heading', { level: 2 }).count()).toBe(1);
    }
    await page.getByRole('link', { name: 'All work pools' }).click();
    await page.waitForURL(/work-pools$/);
    for (const address of [
      `${stage.system.url}/work-pools/work-pool/nope`,
      `${stage.home}/work-pools/work-pool/nope`,
    ]) {
      await page.goto(address);
      await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    }
    await page.close();
  });

  test('an address of Prefect for which there is no page says so, and which command shows the same', async () => {
    const page = await stage.page();
    for (const [address, title, command] of [
      ['/variables', 'There is no page of variables', 'prefect variable ls'],
      ['/artifacts', 'There is no page of all artifacts', 'prefect artifact ls'],
      ['/events', 'There is no page of events', 'prefect events stream'],
    ] as const) {
      await page.goto(stage.system.url + address);
      await page.getByRole('heading', { name: title }).waitFor();
      await page.getByText(command).waitFor();
    }
    await page.close();
  });

  test('the button at the top of a run that waits for values says which of them is missing', async () => {
    const { id } = await stage.run(seeded.orders, 'RUNNING');
    await stage.post(`/flow_runs/${id}/input`, { key: 'wait-schema', value: JSON.stringify(approval) });
    const run_input_keyset = { schema: 'wait-schema', response: 'wait-response' };
    await stage.move(id, 'PAUSED', { state_details: { pause_key: 'wait', run_input_keyset } });
    const page = await stage.at(`/runs/${id}`);
    await page.getByLabel('Approve').waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).press('Enter');
    await page.getByRole('alert').getByText('This is needed.').waitFor();
    await expect
      .poll(() => page.getByLabel('Approve').evaluate((field) => field === document.activeElement))
      .toBe(true);
    await page.close();
  });

  test('a run that was paused and goes on is in its first attempt', async () => {
    const { id } = await stage.run(seeded.orders, 'RUNNING');
    await stage.move(id, 'PAUSED');
    await stage.move(id, 'RUNNING');
    const page = await stage.at(`/runs/${id}`);
    const attempt = page.getByText('Attempt', { exact: true }).locator('xpath=following-sibling::*[1]');
    await expect.poll(() => attempt.innerText()).toBe('1');
    await page.close();
  });

  test('a task that was picked is a step: the way back leads to the run as it was', async () => {
    const page = await stage.at(`/runs/${seeded.run}`);
    await page.getByRole('group', { name: 'Task runs' }).getByRole('button').first().click();
    await page.waitForURL(/task=/);
    await page.goBack();
    await page.waitForURL((url) => url.pathname.endsWith(seeded.run) && url.search === '');
    await page.getByRole('group', { name: 'Task runs' }).waitFor();
    await page.close();
  });

  test('the upcoming runs of a deployment say that they are the next of more, and lead to all of them', async () => {
    const schedules = [{ schedule: { cron: '*/2 * * * *' } }];
    const { id } = await stage.post('/deployments/', { name: 'often', flow_id: seeded.orders, schedules });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await stage.text('POST', `/deployments/${id}/schedule`, { end_time: until, min_runs: 20 });
    const page = await stage.at(`/deployments/${id}?tab=upcoming`);
    await page.getByText('The next 8.').waitFor();
    await page.getByRole('link', { name: 'All upcoming runs' }).click();
    await page.waitForURL(/range=upcoming/);
    await expect.poll(() => page.getByRole('listitem').count()).toBeGreaterThan(8);
    await page.close();
  });

  test('a row with tags leaves room for where the run comes from', async () => {
    const { id } = await stage.post('/deployments/', { name: 'tagged-in-full', flow_id: seeded.orders });
    await stage.post(`/deployments/${id}/create_flow_run`, { tags: ['a-rather-long-tag', 'another-long-tag'] });
    const page = await stage.at(`/deployments/${id}`);
    const origin = page.getByRole('listitem').getByText('tagged-in-full', { exact: true });
    await origin.waitFor();
    await expect.poll(() => origin.evaluate((name) => name.scrollWidth <= name.clientWidth)).toBe(true);
    await page.close();
  });

  test('the button that starts a run is in sight, with mistakes as without', async () => {
    const page = await stage.at(`/deployments/${seeded.backfill}`);
    await page.getByRole('button', { name: 'Custom run' }).click();
    const dialog = page.getByRole('dialog');
    const start = dialog.getByRole('button', { name: 'Start run' });
    const inSight = async () => {
      const [button, frame] = [(await start.boundingBox())!, (await dialog.boundingBox())!];
      // At the foot: nothing of the form shows below.
      return button.y >= frame.y && Math.abs(frame.y + frame.height - (button.y + button.height) - 13) <= 2;
    };
    await expect.poll(inSight).toBe(true);
    await start.click();
    await dialog.getByRole('alert').first().waitFor();
    await expect.poll(inSight).toBe(true);
    await page.close();
  });

  test('two workspaces of one name are told apart by their handles', async () => {
    const window = await stage.newWindow();
    const page = await stage.watched(window);
    await page.goto(`${stage.system.url}/sign-up`);
    await page.getByLabel('Name').fill('Nora');
    await page.getByLabel('E-mail').fill('nora@example.test');
    await page.getByLabel('Password').fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(/\/main$/);
    await page.getByRole('button', { name: /^main/ }).click();
    await page.getByRole('menuitem', { name: 'Create workspace' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('main');
    await page.getByText('The account has a workspace of this name already.').waitFor();
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await page.waitForURL(/\/main-2$/);
    await page.getByText('main (main-2) is ready.').waitFor();
    await page.getByText(/agent login .* --workspace [\w-]+\/main-2$/m).waitFor();
    await page.getByRole('button', { name: /^main \(main-2\)/ }).click();
    await page.getByRole('menuitem', { name: 'main (main)' }).click();
    await page.waitForURL(/\/main$/);
    await window.close();
  });

  test('the form of a schedule shows when it would fire next, and says what a sixth field does', async () => {
    const { id } = await stage.post('/deployments/', { name: 'previewed', flow_id: seeded.orders });
    const page = await stage.at(`/deployments/${id}`);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const times = page.getByRole('list', { name: 'Next times' }).getByRole('listitem');
    await page.getByLabel('Time zone').fill('UTC');
    await page.getByLabel('Cron string').fill('30 8 * * *');
    await expect.poll(() => times.allInnerTexts()).toEqual(Array(3).fill(expect.stringMatching(/08:30:00/)));
    await page.getByLabel('Cron string').fill('nonsense');
    await expect.poll(() => times.count()).toBe(0);
    await page.getByLabel('Cron string').fill('*/7 * * * * *');
    await expect.poll(() => times.count()).toBe(3);
    await page.getByRole('button', { name: 'Add schedule' }).click();
    await page.getByText('Every 7 minutes, each second of that minute (UTC)', { exact: true }).waitFor();
    await page.close();
  });

  test('a page that is begun while the server is away keeps the way to the others, and mends itself', async () => {
    const page = await stage.page();
    await page.route('**/graphql', (route) => route.abort());
    await page.goto(`${stage.home}/flows`);
    await page.getByText('This could not be loaded').waitFor();
    await page.getByRole('navigation', { name: 'Workspace' }).getByRole('link', { name: 'Runs' }).click();
    await page.waitForURL(/\/runs$/);
    await page.unroute('**/graphql');
    await page.getByRole('listitem').first().waitFor();
    await page.close();
  });

  test('on a phone the content is as far from the left as from the right', async () => {
    const page = await stage.page();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${stage.home}/work-pools`);
    const margins = () =>
      page
        .locator('#content section')
        .first()
        .evaluate((card) => {
          const { left, right } = card.getBoundingClientRect();
          return Math.round(innerWidth - right - left);
        });
    await page.locator('#content section').first().waitFor();
    await expect.poll(margins).toBe(0);
    await page.close();
  });
});
