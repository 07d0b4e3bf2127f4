import { expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import type { Page } from 'playwright-core';
import { content, pages, seeded, stage } from './world';

pages('lists', () => {
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
        return [bar.getAttribute('title')?.split(' · ')[1], `${backgroundImage} ${backgroundColor} ${borderTopWidth}`];
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
