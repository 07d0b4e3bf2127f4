import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import type { Page, WebSocket } from 'playwright-core';
import { AgentCommand, exitOf } from './agent';
import { deployCommand, poster, workspaceOf } from './workspace-api';
import { pages, stage } from './world';

/** Somebody new: what is shown to who has nothing yet belongs to the job. */
const person = { name: 'Grace Example', email: 'grace@example.test', password: 'correct horse battery staple' };

/** Runs until it is cancelled. No line contains another: `line 1 of` is one line, however far the log has come. */
const command = 'i=0; while true; do i=$((i+1)); echo "line $i of many"; sleep 0.1; done';

pages('the main job in the browser', () => {
  let url: string;
  let page: Page;
  let key: string;
  const agent = new AgentCommand();
  const sockets: WebSocket[] = [];

  /** The number of the newest line in sight; a log that follows its run shows only the end. */
  const lastLine = async () => {
    const text = await page
      .getByRole('log')
      .getByText(/^line \d+ of many$/)
      .last()
      .textContent();
    return Number(/\d+/.exec(text!)![0]);
  };

  beforeAll(async () => {
    url = stage.system.url;
    page = await stage.watched(await stage.newWindow());
    page.on('websocket', (socket) => sockets.push(socket));
  });

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.log(agent.output.slice(-4_000));
  });

  afterAll(async () => {
    await agent.stop();
    await page?.context().close();
  });

  test('who is not signed in is led to sign-in, and back afterwards', async () => {
    await page.goto(`${url}/settings/api-keys`);
    await page.waitForURL('**/sign-in?next=*');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByRole('heading', { name: 'Create an account' }).waitFor();
  });

  test('sign-up says what is wrong with each field', async () => {
    await page.getByLabel('Name').fill(person.name);
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('Must have at least 10 characters.').waitFor();
  });

  test('after sign-up the visitor is where they wanted to be', async () => {
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL('**/settings/api-keys');
    await page.getByText('No API keys yet').waitFor();
  });

  test('a key is shown once', async () => {
    await page.getByRole('button', { name: 'Create key' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('browser test');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    key = (await dialog.getByText(/^pnu_/).textContent())!;
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('cell', { name: 'browser test', exact: true }).waitFor();
    await page.getByRole('cell', { name: 'in 90 days' }).waitFor();
    await expect.poll(() => page.getByText(key).count()).toBe(0);
  });

  test('an agent logs in with the key and is seen in its work pool', async () => {
    await agent.run('login', '--server', url, '--key', key);
    agent.start('start', '--pool', 'default', '--warm', '0', '--drain-seconds', '1');
    await page.getByRole('link', { name: 'Work pools' }).click();
    await page.getByText('Online').waitFor();
  });

  test('home tells how to begin while nothing has run', async () => {
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Run your first flow' }).waitFor();
    await page.getByText('agent start --pool default').waitFor();
  });

  test('a run that was started in the browser is watched there, line by line', async () => {
    await deployCommand(poster(url, await workspaceOf(page), key), 'default', command);
    await page.getByRole('link', { name: 'Deployments' }).click();
    await page.getByRole('link', { name: 'on-demand' }).click();
    await page.getByRole('button', { name: 'Quick run' }).click();
    await page.getByRole('link', { name: /^Open / }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await page.getByRole('list', { name: 'States' }).getByText('Running', { exact: true }).waitFor();
    const seen = await lastLine();
    await until('ten more lines arrive', async () => (await lastLine()) >= seen + 10, 60);
  });

  test('a reload in the middle of the run misses no line', async () => {
    await page.reload();
    await page.getByRole('log').waitFor();
    await page.getByLabel('Search the log').fill('line 1 of');
    await page.getByRole('log').getByText('line 1 of many', { exact: true }).waitFor();
    await page.getByLabel('Search the log').fill('');
    const seen = await lastLine();
    await until('more lines arrive', async () => (await lastLine()) > seen, 60);
  });

  test('the command line logs in through the browser', async () => {
    const other = new AgentCommand();
    const login = other.start('login', '--server', url);
    const address = await until(
      'the address of the login page',
      () => /http\S+\/auth\/client\?callback=\S+/.exec(other.output)?.[0],
    );
    const tab = await page.context().newPage();
    await tab.goto(address);
    await tab.getByRole('button', { name: 'Allow' }).click();
    await tab.getByText('The command line is logged in').waitFor();
    await expect.poll(() => exitOf(login)).toBe(0);
    await tab.close();
    await other.stop();
  });

  test('cancelling ends the run, and the screen follows', async () => {
    await page.getByRole('button', { name: 'Cancel', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Let it run' }).waitFor();
    await page.getByRole('button', { name: 'Cancel run' }).press('Enter');
    await page.getByRole('list', { name: 'States' }).getByText('Cancelled', { exact: true }).waitFor();
    const why = page.getByRole('button', { name: 'Cancel', exact: true });
    await expect.poll(() => why.getAttribute('aria-disabled')).toBe('true');
    // Who used the keyboard is where they were.
    await expect.poll(() => why.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test('the runs list finds it by its state, and keeps the filter in the address', async () => {
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('button', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Cancelled' }).click();
    await page.waitForURL(/state=CANCELLED/);
    await page.keyboard.press('Escape');
    await page.getByRole('listitem').getByText('count-lines').waitFor();
    await page.reload();
    await page.getByRole('listitem').getByText('count-lines').waitFor();
  });

  test('where a run waits for nobody, every page says so, and with which command to start somebody', async () => {
    const post = poster(url, await workspaceOf(page), key);
    await post('/work_pools/', { name: 'lonely', type: 'process' });
    const run = await post(`/deployments/${await deployCommand(post, 'lonely', 'true')}/create_flow_run`, {});
    const advice = page.getByText('agent start --pool lonely');
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByText('Runs wait in the work pool lonely').waitFor();
    await advice.waitFor();
    await page.getByRole('link', { name: 'Work pools' }).click();
    await page.getByText('Runs wait here').waitFor();
    await advice.waitFor();
    await page.goto(`${url}${new URL(page.url()).pathname.replace('work-pools', 'runs')}/${run.id}`);
    await page.getByText('This run waits in the work pool lonely').waitFor();
    await advice.waitFor();
  });

  test('an agent that was stopped is offline, and a run that was ended before it ran has no start', async () => {
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await page.getByText('Never ran; ended').waitFor();
    await page.getByRole('link', { name: 'Work pools' }).click();
    await page.getByText('Online').waitFor();
    await agent.stop();
    // Its silence alone would be noticed after a minute.
    await page.getByText('Offline').waitFor({ timeout: 45_000 });
  });

  test('after sign-out nothing is shown any more, whichever of answer and closed connection comes first', async () => {
    await page.getByRole('link', { name: 'Home' }).click();
    await page.waitForURL(/\/main$/);
    await until('the page is live', () => sockets.at(-1)?.isClosed() === false, 60);
    const live = sockets.at(-1)!;
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('mutation SignOut')) return route.continue();
      const answer = await route.fetch();
      await until('the server has closed the live connection', () => live.isClosed(), 60);
      return route.fulfill({ response: answer });
    });
    const visited: string[] = [];
    page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).pathname + new URL(frame.url()).search));
    await page.getByRole('button', { name: `Menu of ${person.name}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expect.poll(() => [...new Set(visited)]).toEqual(['/sign-in']);
    await page.goto(`${url}/`);
    await page.waitForURL('**/sign-in');
  });
});
