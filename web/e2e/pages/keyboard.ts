import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { content, pages, quiet, seeded, stage } from '../world';

/** More stops than any page has that is no way without an end. */
const stopsMax = 90;

pages('by keyboard alone', () => {
  const every = () => [
    '',
    '/runs',
    `/runs/${seeded.run}`,
    `/runs/${seeded.run}?tab=artifacts`,
    `/task-runs/${seeded.task}`,
    '/flows',
    `/flows/${seeded.orders}`,
    '/deployments',
    `/deployments/${seeded.backfill}`,
    `/deployments/${seeded.backfill}?tab=parameters`,
    '/work-pools',
    '/../../settings/api-keys',
  ];

  test('on every page all that can be used is reached, and seen to have the focus', async () => {
    for (const path of every()) {
      const page = await stage.at(path);
      await content(page).waitFor();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await quiet(page);
      const { stops, unseen } = await walk(page);
      expect([path, unseen]).toEqual([path, []]);
      expect(stops, path).toBeLessThan(stopsMax);
      const left = await unreached(page);
      expect([path, left]).toEqual([path, []]);
      await page.close();
    }
  });

  test('a list of runs is one stop; the arrows go through it, Enter opens, and Back comes back', async () => {
    const page = await stage.at('/runs');
    const list = page.getByRole('list', { name: 'Runs' });
    await list.getByRole('link').first().waitFor();
    await expect.poll(() => list.locator('a[tabindex="-1"]').count()).toBeGreaterThan(5);
    await list.locator('a:not([tabindex="-1"])').focus();
    const row = () => page.evaluate(() => document.activeElement?.getAttribute('data-row'));
    await expect.poll(row).toBe('0');
    for (const key of ['ArrowDown', 'PageDown', 'ArrowUp']) await page.keyboard.press(key);
    await expect.poll(row).toBe('10');
    await page.keyboard.press('Shift+Tab');
    await expect.poll(row).toBeNull();
    await page.keyboard.press('Tab');
    await expect.poll(row).toBe('10');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await page.close();
  });

  test('a slash goes to the search of the page, or of everything, and is a slash where somebody writes', async () => {
    const page = await stage.at('/flows');
    const search = page.getByLabel('Search by flow name');
    await search.waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('a/b');
    await expect.poll(() => search.inputValue()).toBe('a/b');
    await page.goto(`${stage.home}/work-pools`);
    const link = page.getByRole('link', { name: 'Deployments' });
    await link.focus();
    const palette = page.getByRole('dialog', { name: 'Search and commands' });
    for (const key of ['/', 'Control+k']) {
      await page.keyboard.press(key);
      await palette.waitFor();
      await page.keyboard.press('Escape');
      await palette.waitFor({ state: 'detached' });
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Deployments');
    }
    await page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill('punctual');
    await palette.getByRole('option', { name: 'punctual', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/flows\/[0-9a-f-]{36}/);
    await page.close();
  });

  test('the theme is chosen in the menu of the person, which gives the focus back', async () => {
    const page = await stage.at('/flows');
    const opener = page.getByRole('button', { name: /^Menu of / });
    await opener.press('Enter');
    await page.getByRole('menuitemradio', { name: 'Dark' }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
    for (const [key, item] of [
      ['Home', 'API keys'],
      ['End', 'Sign out'],
      ['ArrowUp', 'Dark'],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(focused).toBe(item);
    }
    await page.keyboard.press('Enter');
    await page.locator('html.dark').waitFor();
    await page.getByRole('menuitemradio', { name: 'Dark', checked: true }).waitFor();
    await page.getByRole('menuitemradio', { name: 'As the system' }).press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.close();
  });

  test('every dialog opens with the focus in it, keeps it there, ends by Escape and gives it back', async () => {
    const openers: [path: string, names: string[]][] = [
      ['', ['Connect a machine']],
      [`/deployments/${seeded.backfill}`, ['Custom run', 'Quick run', 'Add']],
      [`/runs/${seeded.run}`, ['Cancel']],
      ['/../../settings/api-keys', ['Create key']],
    ];
    for (const [path, names] of openers) {
      const page = await stage.at(path);
      for (const name of names) {
        const opener = page.getByRole('button', { name, exact: true }).first();
        await opener.press('Enter');
        await staysIn(page, name);
        await expect
          .poll(() => opener.evaluate((button) => button === document.activeElement), { message: name })
          .toBe(true);
      }
      await page.close();
    }
    const page = await stage.at(`/runs/${seeded.run}`);
    const more = page.getByRole('button', { name: 'More', exact: true });
    await more.press('Enter');
    await page.getByRole('menuitem', { name: 'Delete run' }).press('Enter');
    await staysIn(page, 'Delete run');
    await expect.poll(() => more.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.close();
  });
});

/** In the dialog that opens, the focus stays in it however often it goes on; Escape ends it. */
async function staysIn(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const isIn = () => dialog.evaluate((box) => box.contains(document.activeElement));
  await expect.poll(isIn, { message: name }).toBe(true);
  for (let stop = 0; stop < 20; stop += 1) await page.keyboard.press('Tab');
  await expect.poll(isIn, { message: name }).toBe(true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}

/** From the top of the page on by Tab: how many stops there are, and at which of them nothing shows the focus. */
async function walk(page: Page): Promise<{ stops: number; unseen: string[] }> {
  const unseen: string[] = [];
  for (let stops = 0; ; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body || at.hasAttribute('data-reached')) return null;
      at.setAttribute('data-reached', '');
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      return {
        isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0,
        what: at.outerHTML.slice(0, 160),
      };
    });
    if (!stop || stops > stopsMax) return { stops, unseen };
    if (!stop.isSeen) unseen.push(stop.what);
  }
}

/** What can be used and was not reached. Of tabs, choices and rows one is a stop, and the arrows lead to the others. */
const unreached = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const usable =
      'a[href], button, input, textarea, select, [role=button], [role=combobox], [role=switch], [role=tab]';
    const together = '[role=tablist], [role=radiogroup], [role=group], [role=list]:has([data-row])';
    return [...document.querySelectorAll<HTMLElement>(usable)]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0)
      .filter((one) => !one.closest('[aria-hidden=true], [inert]') && !one.matches(':disabled'))
      .filter((one) => !one.hasAttribute('data-reached') && !one.closest(together)?.querySelector('[data-reached]'))
      .map((one) => one.outerHTML.slice(0, 160));
  });
