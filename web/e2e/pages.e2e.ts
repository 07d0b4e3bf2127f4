import fs from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import type { Page } from 'playwright-core';
import { chromiumPath } from './chromium';
import { big, seed, type Seeded } from './seed';
import { person, questionsOf, Stage } from './stage';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const narrow = { viewport: { width: 390, height: 844 } };
const content = (page: Page) => page.locator('#content');
const quiet = (page: Page) => page.waitForLoadState('networkidle');
const tiles = (page: Page) => page.getByRole('region', { name: 'Runs by state' });
const tile = async (page: Page, label: string) =>
  Number((await tiles(page).getByRole('link', { name: label }).innerText()).replace(/\D/g, ''));

describe.skipIf(!chromiumPath)('pages', () => {
  let stage: Stage;
  let seeded: Seeded;

  beforeAll(async () => {
    stage = await Stage.open();
    seeded = await seed(stage);
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.log(stage.system.log().slice(-3_000));
  });
  afterAll(async () => {
    await stage?.close();
  });

  describe('home', () => {
    test('loads once, whatever the workspace holds, and its counts move with the runs', async () => {
      const page = await stage.page();
      const asked = questionsOf(page);
      await page.goto(stage.home);
      await page.getByText('Latest runs').waitFor();
      await quiet(page);
      expect(asked.filter((name) => name === 'Runs')).toHaveLength(1);
      expect(await page.getByRole('listitem').count()).toBe(12);
      const before = await tile(page, 'Completed');
      const { id } = await stage.run(seeded.bulk, 'RUNNING');
      await stage.move(id, 'COMPLETED');
      await until('the count moves', async () => (await tile(page, 'Completed')) === before + 1, 60);
      expect(asked.filter((name) => name === 'Runs')).toHaveLength(1);
      await page.context().close();
    });

    test('the past hour is the past hour, here and where its tiles lead', async () => {
      const flow_id = await stage.flow('hours');
      for (const minutes of [2, 30, 58, 62, 90]) {
        const scheduled_time = new Date(Date.now() - minutes * 60_000).toISOString();
        await stage.post('/flow_runs/', { flow_id, state: { type: 'SCHEDULED', state_details: { scheduled_time } } });
      }
      const page = await stage.at('?span=1h');
      const count = () => tile(page, 'Scheduled or paused');
      // The late run of the seed is long past.
      await until('the tile is filled', async () => (await count()) > 0, 60);
      expect(await count()).toBe(3);
      await tiles(page).getByRole('link', { name: 'Scheduled or paused' }).click();
      await page.waitForURL(/range=1h/);
      await page.getByRole('listitem').first().waitFor();
      await quiet(page);
      expect(await page.getByRole('listitem').count()).toBe(3);
      await page.context().close();
    });
  });

  describe('links that Prefect prints', () => {
    test('lead to runs, with ids of the workspace and without', async () => {
      const page = await stage.page();
      const long = stage.base
        .slice('/api'.length)
        .replace('/accounts/', '/account/')
        .replace('/workspaces/', '/workspace/');
      for (const before of ['', long]) {
        await page.goto(`${stage.system.url}${before}/runs/flow-run/${seeded.run}`);
        await page.waitForURL(`${stage.home}/runs/${seeded.run}`);
        await page.getByRole('group', { name: 'Task runs' }).waitFor();
        await page.goto(`${stage.system.url}${before}/runs/task-run/${seeded.task}`);
        await page.waitForURL(`${stage.home}/task-runs/${seeded.task}`);
        await page.getByRole('heading', { name: 'load-0' }).waitFor();
      }
      await page.context().close();
    });

    test('a task run has a page: lines, states, inputs, artifacts, details; and it is live', async () => {
      const page = await stage.at(`/task-runs/${seeded.task}`);
      await page.getByRole('log').getByText('a line of the task', { exact: true }).waitFor();
      expect(await page.getByRole('log').getByText('a line of the flow').count()).toBe(0);
      await page.getByRole('list', { name: 'States' }).getByText('Running').waitFor();
      await page.getByRole('tab', { name: 'Inputs' }).click();
      await page.getByText('the parameter day').waitFor();
      await page.getByRole('tab', { name: 'Artifacts' }).click();
      await page.getByRole('heading', { name: 'Water report' }).waitFor();
      await page.getByText(seeded.task).waitFor();
      await stage
        .post('/logs/', [
          {
            name: 'x',
            level: 20,
            timestamp: new Date().toISOString(),
            flow_run_id: seeded.run,
            task_run_id: seeded.task,
            message: 'one more',
          },
        ])
        .catch(() => undefined);
      await page.getByRole('tab', { name: 'Logs' }).click();
      await page.getByRole('log').getByText('one more', { exact: true }).waitFor();
      await page.context().close();
    });
  });

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
    await page.getByText(/fails in \d/).waitFor();
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
    expect(await stage.text('GET', `/flow_runs/${id}/input/a-response`)).toBe(
      `{"approve":true,"comment":"go","serial":${big}}`,
    );
    await page.context().close();
  });

  test('a late refusal of a password leaves alone who has gone on', async () => {
    const context = await stage.browser.newContext();
    const page = await context.newPage();
    let answer: () => void = () => {};
    const late = new Promise<void>((done) => (answer = done));
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('mutation SignIn')) await late;
      return route.continue();
    });
    await page.goto(`${stage.system.url}/sign-in`);
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Name').fill('Bob');
    const refused = page.waitForResponse((response) => response.url().endsWith('/graphql'));
    answer();
    await (await refused).finished();
    await quiet(page);
    expect(new URL(page.url()).pathname).toBe('/sign-up');
    expect(await page.getByLabel('Name').inputValue()).toBe('Bob');
    await context.close();
  });

  describe('running a deployment', () => {
    test('from the list asks for what is needed, and says at the fields what is wrong, the first of them focused', async () => {
      const page = await stage.at('/deployments');
      await page.getByRole('button', { name: 'Run backfill now' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Count').fill('999999');
      await dialog.getByRole('button', { name: 'Start run' }).click();
      await dialog.getByText('This is needed.').waitFor();
      await until('the first field has the focus', () => focusedLabel(page, 'Day'), 30);
      await dialog.getByLabel('Day').fill('2026-03-01');
      await dialog.getByRole('button', { name: 'Start run' }).click();
      await dialog.getByText('Must be at most 5000.').waitFor();
      await until('its field has the focus', () => focusedLabel(page, 'Count'), 30);
      expect(await dialog.getByLabel('Token').getAttribute('type')).toBe('password');
      expect(await dialog.getByLabel('Day').getAttribute('type')).toBe('date');
      await page.context().close();
    });

    test('sends what was edited, to the last digit, and nothing else', async () => {
      const page = await stage.at(`/deployments/${seeded.backfill}`);
      await page.getByRole('button', { name: 'Quick run' }).click();
      const dialog = page.getByRole('dialog');
      expect(await dialog.getByLabel('Serial').inputValue()).toBe(big);
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
      await page.context().close();
    });
  });

  describe('lists', () => {
    test('going back finds the place that was left, without loading anew what was there', async () => {
      const page = await stage.at('/runs');
      await page.getByRole('listitem').first().waitFor();
      await scrollTo(page, 1500);
      const row = await rowAt(page, 400);
      await page.mouse.click(500, 400);
      await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
      await page.getByRole('list', { name: 'States' }).waitFor();
      expect(await content(page).evaluate((box) => box.scrollTop)).toBe(0);
      await page.goBack();
      await page.waitForURL(/\/runs$/);
      await until('the place is there', () => content(page).evaluate((box) => box.scrollTop === 1500), 30);
      expect(await rowAt(page, 400)).toBe(row);
      await page.context().close();
    });

    test('what somebody looks at stays in its place while runs come, and a button tells how many', async () => {
      const page = await stage.at('/runs');
      await page.getByRole('listitem').first().waitFor();
      await scrollTo(page, 1200);
      const row = await rowAt(page, 400);
      for (let count = 0; count < 5; count += 1) await stage.run(seeded.bulk, 'COMPLETED');
      const button = page.getByRole('button', { name: '5 new runs' });
      await button.waitFor();
      expect(await rowAt(page, 400)).toBe(row);
      await button.click();
      await button.waitFor({ state: 'detached' });
      expect(await content(page).evaluate((box) => box.scrollTop)).toBe(0);
      const newest = await stage.run(seeded.bulk, 'RUNNING');
      await page.getByText(String(newest['name'])).waitFor();
      await page.context().close();
    });

    test('flows and deployments are live', async () => {
      const page = await stage.at('/deployments');
      await page.getByRole('link', { name: 'nightly' }).waitFor();
      const row = page.getByRole('row', { name: /nightly/ });
      await row.getByText('No recent runs').waitFor({ state: 'attached' });
      const { id } = await stage.post(`/deployments/${seeded.nightly}/create_flow_run`);
      await stage.move(id, 'RUNNING');
      await row.getByText('Recent runs: 1 running').waitFor({ state: 'attached' });
      await stage.post('/deployments/', { name: 'brand-new', flow_id: seeded.orders });
      await page.getByRole('link', { name: 'brand-new' }).waitFor();
      await page.getByRole('link', { name: 'Flows' }).click();
      await page.getByRole('link', { name: 'punctual', exact: true }).waitFor();
      await stage.flow('just-made');
      await page.getByRole('link', { name: 'just-made' }).waitFor();
      await page.context().close();
    });

    test('the next run is yet to come, every state has its bar, and no time is broken into two lines', async () => {
      const page = await stage.at('/flows');
      const row = page.getByRole('row', { name: /punctual/ });
      await row.waitFor();
      expect(await row.getByRole('cell').nth(2).innerText()).toBe('–');
      const bars = page.getByRole('row', { name: /load-orders/ }).locator('a[title]');
      const drawn = await bars.evaluateAll((all) =>
        all.map((bar) => {
          const { backgroundImage, backgroundColor, borderTopWidth } = getComputedStyle(bar);
          return [
            bar.getAttribute('title')?.split(' · ')[1],
            `${backgroundImage} ${backgroundColor} ${borderTopWidth}`,
          ];
        }),
      );
      const looks = new Map(drawn as [string, string][]);
      expect([...looks.keys()].sort()).toEqual(expect.arrayContaining(['Cancelled', 'Crashed', 'Failed', 'Running']));
      expect(new Set(looks.values()).size).toBe(looks.size);
      expect([...looks.values()]).not.toContain('none rgba(0, 0, 0, 0) 0px');
      const heights = await page
        .locator('td time')
        .evaluateAll((times) => times.map((time) => time.clientHeight || time.getBoundingClientRect().height));
      expect(Math.max(0, ...heights)).toBeLessThan(24);
      await page.context().close();
    });
  });

  test('what is looked at stands in the address: a reload shows it again', async () => {
    const page = await stage.at(`/runs/${seeded.run}`);
    await page.getByRole('tab', { name: 'Parameters' }).click();
    await page.reload();
    await page.getByRole('tab', { name: 'Parameters', selected: true }).waitFor();
    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByRole('group', { name: 'Task runs' }).getByRole('button').first().click();
    await page.getByLabel('Search the log').fill('of the task');
    await page.waitForURL(/task=.*log=of\+the\+task/);
    await page.reload();
    await page.getByRole('link', { name: 'Open task run' }).waitFor();
    expect(await page.getByLabel('Search the log').inputValue()).toBe('of the task');
    await page.goto(`${stage.home}/flows`);
    await page.getByLabel('Search by flow name').fill('bulk');
    await page.waitForURL(/q=bulk/);
    await page.reload();
    await page.getByRole('link', { name: 'bulk', exact: true }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.goto(`${stage.home}/deployments/${seeded.backfill}?tab=description`);
    await page.getByRole('heading', { name: 'Backfill' }).last().waitFor();
    await page.context().close();
  });

  test('markdown is shown as it is meant, and does nothing on its own', async () => {
    const page = await stage.at(`/runs/${seeded.run}?tab=artifacts`);
    const elsewhere: string[] = [];
    page.on('request', (request) => void (request.url().includes('pictures.example') && elsewhere.push(request.url())));
    await page.getByRole('heading', { name: 'Water report' }).waitFor();
    await page.getByRole('cell', { name: 'Basel' }).waitFor();
    await page.getByRole('link', { name: 'map' }).waitFor();
    await page.getByRole('link', { name: 'Open the image' }).waitFor();
    expect(await page.locator('.markdown :is(script, iframe, [href^="javascript:"], img[src^="http"])').count()).toBe(
      0,
    );
    expect(await page.evaluate(() => 'broken' in window)).toBe(false);
    expect(elsewhere).toEqual([]);
    await page.context().close();
  });

  test('of a run’s many tasks one is a stop for the Tab key; the arrows go from there', async () => {
    const page = await stage.at(`/runs/${seeded.run}`);
    const tasks = page.getByRole('group', { name: 'Task runs' });
    await tasks.getByRole('button').first().waitFor();
    expect(await tasks.locator('[tabindex="0"]').count()).toBe(1);
    await tasks.locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-row'));
    await until('the next has the focus', async () => (await focused()) === '1', 30);
    await page.keyboard.press('End');
    await until('the last has the focus', async () => (await focused()) === '59', 30);
    expect(await tasks.locator('[tabindex="0"]').count()).toBe(1);
    await page.context().close();
  });

  test('the axis of time has each label once, on one line, inside the chart', async () => {
    const page = await stage.page();
    await page.clock.install();
    await page.goto(`${stage.home}/runs/${seeded.run}`);
    await page.getByRole('group', { name: 'Task runs' }).waitFor();
    await page.clock.fastForward(95_000);
    const ticks = page.locator('[data-axis] span');
    await ticks.getByText('1m 30s').or(ticks.getByText('1m')).first().waitFor();
    const labels = await ticks.evaluateAll((all) =>
      all.map((tick) => ({
        text: tick.textContent,
        height: tick.getBoundingClientRect().height,
        right: tick.getBoundingClientRect().right,
      })),
    );
    expect(new Set(labels.map(({ text }) => text)).size).toBe(labels.length);
    const edge = await page.locator('[data-axis]').evaluate((axis) => axis.getBoundingClientRect().right);
    for (const { height, right } of labels) {
      expect(height).toBeLessThanOrEqual(28);
      expect(right).toBeLessThanOrEqual(edge);
    }
    await page.context().close();
  });

  test('an address below a workspace that leads nowhere keeps the side bar', async () => {
    const page = await stage.at('/bogus');
    await page.getByText('There is nothing here').waitFor();
    await page.getByRole('navigation', { name: 'Workspace' }).getByRole('link', { name: 'Runs' }).click();
    await page.waitForURL(/\/runs$/);
    await page.context().close();
  });

  test('answers come compressed, and the letters from here', async () => {
    const page = await stage.page();
    const answered = page.waitForResponse(
      async (response) =>
        response.url().endsWith('/graphql') && (response.request().postData() ?? '').includes('query Runs('),
    );
    await page.goto(`${stage.home}/runs`);
    expect((await (await answered).allHeaders())['content-encoding']).toBe('gzip');
    await page.getByRole('listitem').first().waitFor();
    const fonts = await page.evaluate(async () => {
      await document.fonts.ready;
      const inUse = getComputedStyle(document.body).fontFamily.split(',')[0];
      return {
        inUse,
        loaded: [...document.fonts].some((font) => font.family.includes('Inter') && font.status === 'loaded'),
      };
    });
    expect(fonts).toEqual({ inUse: '"Inter Variable"', loaded: true });
    await page.context().close();
  });

  /** Pages with how often they may ask over HTTP at first, and in a minute in which nothing happens. */
  const pages = (): [string, number, number][] => [
    ['', 5, 5],
    ['/runs', 4, 0],
    [`/runs/${seeded.run}`, 6, 13],
    [`/task-runs/${seeded.task}`, 4, 1],
    ['/flows', 3, 0],
    [`/flows/${seeded.bulk}`, 4, 0],
    ['/deployments', 3, 0],
    [`/deployments/${seeded.backfill}`, 4, 0],
    ['/work-pools', 4, 4],
  ];

  test('no page asks for more than it shows, at first or later', async () => {
    const above: string[] = [];
    for (const [path, first, later] of pages()) {
      const page = await stage.page();
      await page.clock.install();
      const asked = questionsOf(page);
      await page.goto(stage.home + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.clock.runFor(3_000);
      await quiet(page);
      await until('everything is answered', () => asked.underWay === 0, 60);
      const atFirst = asked.splice(0);
      // Whatever is asked every five seconds or less often is asked here as often as in a minute.
      for (let seconds = 0; seconds < 60; seconds += 5) await page.clock.fastForward(5_000);
      await quiet(page);
      if (atFirst.length > first) above.push(`${path}, at first: ${atFirst.join(' ')}`);
      if (asked.length > later) above.push(`${path}, in a minute: ${asked.join(' ')}`);
      await page.context().close();
    }
    expect(above).toEqual([]);
  });

  test('on a phone nothing is wider than the screen, and rows say when and how long', async () => {
    const page = await stage.page(narrow);
    for (const path of [...pages().map(([path]) => path), '/../../settings/api-keys']) {
      await page.goto(new URL(`${stage.home}${path}`).href);
      await content(page).waitFor();
      await quiet(page);
      const wide = await page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('#content, #content .overflow-x-auto')]
          .filter((box) => !box.closest('.markdown') && box.getAttribute('role') !== 'tablist')
          .map((box) => box.scrollWidth - box.clientWidth),
      );
      expect([path, Math.max(...wide)]).toEqual([path, expect.toSatisfy((by: number) => by <= 1)]);
    }
    await page.goto(`${stage.home}/runs`);
    const row = page.getByRole('listitem').first();
    await row.locator('time:visible').waitFor();
    await page.context().close();
  });

  test('nothing on any page is hard to use without sight or pointer', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await stage.page({ colorScheme });
      for (const path of pages().map(([path]) => path)) {
        await page.goto(stage.home + path);
        await content(page).waitFor();
        await quiet(page);
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          type Axe = {
            run: (
              options: object,
            ) => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
          };
          const { violations } = await (window as unknown as { axe: Axe }).axe.run({
            rules: { 'label-content-name-mismatch': { enabled: true } },
            resultTypes: ['violations'],
          });
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        });
        expect([colorScheme, path, found]).toEqual([colorScheme, path, []]);
      }
      await page.context().close();
    }
  });

  test('while the server is away one can go on in the app, and pages mend themselves when it is back', async () => {
    const page = await stage.at('/runs');
    await page.getByRole('listitem').first().waitFor();
    await page.getByRole('link', { name: 'Flows' }).click();
    await page.getByRole('link', { name: 'bulk', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('listitem').first().waitFor();
    await stage.system.kill('api');
    await page.getByText('Connection lost').waitFor();
    await page.getByRole('link', { name: 'Flows' }).click();
    await page.waitForURL(/\/flows$/);
    await page.getByRole('link', { name: 'Deployments' }).click();
    await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
    await stage.system.start('api');
    await page.getByRole('link', { name: 'nightly' }).waitFor();
    expect(await page.getByText('This could not be loaded').count()).toBe(0);
    await page.context().close();
  });

  test('no page broke on the way', () => expect(stage.faults).toEqual([]));
});

async function scrollTo(page: Page, top: number): Promise<void> {
  await until(
    'the list is long enough',
    () =>
      content(page).evaluate((box, top) => {
        box.scrollTop = top;
        return box.scrollTop === top;
      }, top),
    30,
  );
  await until('rows are drawn there', async () => (await rowAt(page, 400)) !== null, 30);
}

/** The address of the run in the row at a height of the window. */
const rowAt = (page: Page, y: number): Promise<string | null> =>
  page.evaluate((y) => document.elementFromPoint(500, y)?.closest('a')?.getAttribute('href') ?? null, y);

const focusedLabel = (page: Page, label: string): Promise<boolean> =>
  page.evaluate(
    (label) =>
      (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent?.startsWith(label) ?? false,
    label,
  );
