import { expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import type { Page } from 'playwright-core';
import { content, pages, seeded, stage } from '../world';

pages('lists', () => {
  test('going back finds the place that was left, without loading anew what was there', async () => {
    const page = await stage.at('/runs');
    await page.getByRole('listitem').first().waitFor();
    await scrollTo(page, 1500);
    const row = await rowAt(page, 400);
    await page.mouse.click(500, 400);
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await page.getByRole('list', { name: 'States' }).waitFor();
    await expect.poll(() => content(page).evaluate((box) => box.scrollTop)).toBe(0);
    await page.goBack();
    await page.waitForURL(/\/runs$/);
    await expect.poll(() => content(page).evaluate((box) => box.scrollTop)).toBe(1500);
    await expect.poll(() => rowAt(page, 400)).toBe(row);
    await page.close();
  });

  test('what somebody looks at stays in its place while runs come, and a button tells how many', async () => {
    const page = await stage.at('/runs');
    await page.getByRole('listitem').first().waitFor();
    await scrollTo(page, 1200);
    const row = await rowAt(page, 400);
    for (let count = 0; count < 5; count += 1) await stage.run(seeded.bulk, 'COMPLETED');
    const button = page.getByRole('button', { name: '5 new runs' });
    await button.waitFor();
    await expect.poll(() => rowAt(page, 400)).toBe(row);
    await button.click();
    await button.waitFor({ state: 'detached' });
    await expect.poll(() => content(page).evaluate((box) => box.scrollTop)).toBe(0);
    const newest = await stage.run(seeded.bulk, 'RUNNING');
    await page.getByText(String(newest['name'])).waitFor();
    await page.close();
  });

  test('the filters of runs stand on one line', async () => {
    const page = await stage.at('/runs');
    await page.getByRole('combobox', { name: 'Order' }).waitFor();
    const filters = async () => {
      const tops = await Promise.all(
        ['State', 'Flow', 'Deployment', 'Work pool', 'Tags', 'Up to now'].map(
          async (name) => (await page.getByRole('main').getByRole('button', { name }).first().boundingBox())!.y,
        ),
      );
      const order = (await page.getByRole('combobox', { name: 'Order' }).boundingBox())!;
      return { lines: new Set(tops).size, belowTheOrder: order.y + order.height < tops[0]! };
    };
    await expect.poll(filters).toEqual({ lines: 1, belowTheOrder: true });
    await page.close();
  });

  test('what no filter or tab knows is said, and stands in the address no longer', async () => {
    const page = await stage.at('/runs?state=nonsense,FAILED&sort=BEST');
    await page.getByText('No filter knows state=nonsense and sort=BEST').waitFor();
    await page.waitForURL(/\/runs\?state=FAILED$/);
    await page.goto(`${stage.home}/deployments/${seeded.backfill}?tab=nonsense`);
    await page.waitForURL((url) => url.search === '');
    await page.getByRole('tab', { name: 'Runs', selected: true }).waitFor();
    await page.close();
  });

  test('whatever stands in an address, a page is shown, and what it means nothing by is taken out', async () => {
    const page = await stage.at('/runs?range=constructor&sort=toString&from=12026-01-01T00:00:00Z&q=bulk%00');
    await page.getByText('No filter knows range=constructor').waitFor();
    await page.waitForURL((url) => !/range|sort|from/.test(url.search));
    await page.goto(`${stage.home}/runs?range=custom&from=12026-01-01T00:00:00Z&to=9999-12-31T23:59:59-05:00`);
    await page.getByRole('listitem').first().waitFor();
    await page.getByRole('button', { name: 'Chosen dates' }).click();
    // A year of five digits can be typed into such a field.
    await page.getByLabel('From').evaluate((field: HTMLInputElement) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, '12026-01-01T00:00');
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await page.getByRole('listitem').first().waitFor();
    for (const address of [
      `/runs/${seeded.run}?task=nonsense&level=loud&tab=x&log=${'y'.repeat(9_000)}`,
      `/flows/${seeded.bulk}?tab=__proto__`,
      '?span=9y',
      `/flows?q=%00${'z'.repeat(9_000)}`,
    ]) {
      await page.goto(stage.home + address);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForURL((url) => !/nonsense|loud|tab=|9y/.test(url.search));
      await expect.poll(() => page.getByText('could not be loaded').count()).toBe(0);
    }
    await page.close();
  });

  test('a filter holds whatever a tag or a pool is called', async () => {
    const pool = "it's a pool, really";
    await stage.post('/work_pools/', { name: pool, type: 'process', concurrency_limit: 1, is_paused: true });
    const flow_id = await stage.flow('with-commas');
    const { id } = await stage.post('/deployments/', { name: 'with-commas', flow_id, work_pool_name: pool });
    const run = await stage.post(`/deployments/${id}/create_flow_run`, { tags: ['a,b', 'c\\'] });
    const page = await stage.at('/runs');
    await page.getByRole('button', { name: 'Tags' }).click();
    // One after the other, faster than the address is shown.
    for (const tag of ['a,b', 'c\\']) {
      await page.getByLabel('Tag', { exact: true }).fill(tag);
      await page.keyboard.press('Enter');
    }
    await page.getByRole('button', { name: 'a,b + c\\' }).waitFor();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByText(String(run['name'])).waitFor();
    await page.goto(`${stage.home}/work-pools?pool=${encodeURIComponent(pool)}`);
    await page.getByText('at most 1 run at a time').waitFor();
    await page.getByText("agent work-pool resume 'it").waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).last().click();
    await page.waitForURL(/\/runs\?pool=/);
    await page.getByRole('button', { name: pool, exact: true }).waitFor();
    await page.getByText(String(run['name'])).waitFor();
    await page.close();
  });

  test('long names push no column off a table', async () => {
    const long = 'a-name-that-goes-on-'.repeat(12);
    const flow_id = await stage.flow(long);
    await stage.post('/work_pools/', { name: long.slice(0, 100), type: 'process' });
    const { id } = await stage.post('/deployments/', {
      name: long,
      flow_id,
      work_pool_name: long.slice(0, 100),
      parameter_openapi_schema: { type: 'object', properties: { ['p'.repeat(120)]: { default: long } } },
    });
    await stage.post(`/deployments/${id}/create_flow_run`, {
      name: long,
      state: { type: 'SCHEDULED', state_details: { scheduled_time: new Date(Date.now() + 3_600_000).toISOString() } },
    });
    const page = await stage.page();
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      for (const address of [
        '/deployments',
        '/flows',
        `/deployments/${id}?tab=upcoming`,
        `/deployments/${id}?tab=parameters`,
      ]) {
        await page.goto(stage.home + address);
        const table = page.getByRole('table').first();
        await table
          .getByTitle(/^(a-name-that|p{100})/)
          .first()
          .waitFor();
        const overflow = () => table.evaluate((one) => one.scrollWidth - one.parentElement!.clientWidth);
        await expect.poll(async () => [address, width, await overflow()]).toEqual([address, width, 0]);
      }
    }
    await page.close();
  });

  test('deployments stand by flow, and in another order when somebody chooses it, also after a reload', async () => {
    const [first, second] = [await stage.flow('order-a'), await stage.flow('order-b')];
    for (const [flow_id, name] of [
      [second, 'order-x'],
      [first, 'order-z'],
      [first, 'order-y'],
    ])
      await stage.post('/deployments/', { name, flow_id });
    const page = await stage.at('/deployments?q=order-');
    const table = page.getByRole('table');
    const names = () => table.getByRole('link', { name: /^order-/ }).allInnerTexts();
    await expect.poll(names).toEqual(['order-a', 'order-y', 'order-z', 'order-b', 'order-x']);
    const order = async (name: string) => {
      await page.getByRole('combobox', { name: 'Order' }).click();
      await page.getByRole('option', { name }).click();
    };
    await order('Name Z–A');
    await page.waitForURL(/sort=NAME_DESC/);
    await expect.poll(names).toEqual(['order-z', 'order-y', 'order-x']);
    await page.reload();
    await expect.poll(names).toEqual(['order-z', 'order-y', 'order-x']);
    await order('Updated last');
    await expect.poll(names).toEqual(['order-y', 'order-z', 'order-x']);
    await table
      .getByText(/^updated /)
      .first()
      .waitFor();
    const { id } = await stage.get('/deployments/name/order-b/order-x');
    await stage.text('PATCH', `/deployments/${id}`, { paused: true });
    await expect.poll(names).toEqual(['order-x', 'order-y', 'order-z']);
    await order('Not ready first');
    await expect.poll(names).toEqual(['order-y', 'order-z', 'order-x']);
    await table
      .getByRole('row', { name: /order-x/ })
      .getByText('paused')
      .waitFor();
    await order('By flow');
    await page.waitForURL((url) => !url.searchParams.has('sort'));
    await page.close();
  });

  test('flows and deployments are live', async () => {
    const page = await stage.at('/deployments');
    await page.getByRole('link', { name: 'nightly' }).waitFor();
    const row = page.getByRole('row', { name: /nightly/ });
    const told = (what: string) => row.getByText(what).first().waitFor({ state: 'attached' });
    await told('No recent runs');
    const { id } = await stage.post(`/deployments/${seeded.nightly}/create_flow_run`);
    await stage.move(id, 'RUNNING');
    await told('Recent runs: 1 running');
    await stage.post('/deployments/', { name: 'brand-new', flow_id: seeded.orders });
    await page.getByRole('link', { name: 'brand-new' }).waitFor();
    await page.getByRole('link', { name: 'Flows' }).click();
    await page.getByRole('link', { name: 'punctual', exact: true }).waitFor();
    await stage.flow('just-made');
    await page.getByRole('link', { name: 'just-made' }).waitFor();
    await page.close();
  });

  test('the next run is yet to come, every state has its bar, and no time is broken into two lines', async () => {
    const page = await stage.at('/flows');
    const row = page.getByRole('row', { name: /punctual/ });
    await row.waitFor();
    await expect.poll(() => row.getByRole('cell').nth(2).innerText()).toBe('–');
    const bars = page.getByRole('row', { name: /load-orders/ }).locator('a[title]');
    const looks = async () => {
      const drawn = await bars.evaluateAll((all) =>
        all.map((bar) => {
          const { backgroundImage, backgroundColor, borderTopWidth } = getComputedStyle(bar);
          return [
            bar.getAttribute('title')?.split(' · ')[1],
            `${backgroundImage} ${backgroundColor} ${borderTopWidth}`,
          ];
        }),
      );
      const byState = new Map(drawn as [string, string][]);
      const different = new Set(byState.values());
      return {
        states: [...byState.keys()],
        allDiffer: different.size === byState.size,
        oneIsUnseen: different.has('none rgba(0, 0, 0, 0) 0px'),
      };
    };
    await expect.poll(looks).toEqual({
      states: expect.arrayContaining(['Cancelled', 'Crashed', 'Failed', 'Running']),
      allDiffer: true,
      oneIsUnseen: false,
    });
    const highest = () =>
      page
        .locator('td time')
        .evaluateAll((times) =>
          Math.max(0, ...times.map((time) => time.clientHeight || time.getBoundingClientRect().height)),
        );
    await expect.poll(highest).toBeLessThan(24);
    await page.close();
  });
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
