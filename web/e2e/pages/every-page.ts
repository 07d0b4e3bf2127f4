import fs from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import type { Page } from 'playwright-core';
import { questionsOf } from '../stage';
import { content, pages, quiet, seeded, stage } from '../world';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

pages('every page', () => {
  /** Pages with how often they may ask over HTTP at first, and in a minute in which nothing happens. */
  const every = (): [string, number, number][] => [
    ['', 6, 8],
    ['/runs', 4, 0],
    [`/runs/${seeded.run}`, 6, 13],
    [`/task-runs/${seeded.task}`, 4, 1],
    ['/flows', 3, 0],
    [`/flows/${seeded.bulk}`, 4, 0],
    ['/deployments', 3, 0],
    [`/deployments/${seeded.backfill}`, 4, 0],
    ['/work-pools', 4, 6],
  ];

  test('no page asks for more than it shows, at first or later', async () => {
    const window = await stage.newWindow({ signedIn: true });
    await window.clock.install();
    const shown = await Promise.all(
      every().map(async ([path, first, later]) => {
        const page = await stage.watched(window);
        const asked = questionsOf(page);
        await page.goto(stage.home + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        return { path, first, later, page, asked };
      }),
    );
    const settled = async () => {
      await Promise.all(shown.map(({ page }) => quiet(page)));
      // What was answered may be about to lead to a further question: each page gets its turns to ask it.
      let turns = 0;
      await until(
        'everything is answered',
        async () => {
          const before = shown.map(({ asked }) => asked.length).join();
          await Promise.all(shown.map(({ page }) => turn(page)));
          const still = before === shown.map(({ asked }) => asked.length).join();
          turns = still && shown.every(({ asked }) => asked.underWay === 0) ? turns + 1 : 0;
          return turns >= 10;
        },
        60,
      );
      return shown.map(({ asked }) => asked.splice(0));
    };
    // The clock is that of the window: time goes by on all of its pages.
    await window.clock.runFor(3_000);
    const atFirst = await settled();
    // Whatever is asked every five seconds or less often is asked here as often as in a minute.
    for (let seconds = 0; seconds < 60; seconds += 5) await window.clock.fastForward(5_000);
    const inAMinute = await settled();
    const above = shown.flatMap(({ path, first, later }, at) => [
      ...(atFirst[at]!.length > first ? [`${path}, at first: ${atFirst[at]!.join(' ')}`] : []),
      ...(inAMinute[at]!.length > later ? [`${path}, in a minute: ${inAMinute[at]!.join(' ')}`] : []),
    ]);
    expect(above).toEqual([]);
    await window.close();
  });

  test('nothing on any page is hard to use without sight or pointer, and on a phone nothing is wider than the screen', async () => {
    for (const path of [...every().map(([path]) => path), '/../../settings/api-keys']) {
      const page = await stage.at(path);
      await content(page).waitFor();
      await quiet(page);
      await page.evaluate(axe);
      await expect.poll(() => hardToUse(page), { message: `${path}, light` }).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator('html.dark').waitFor();
      // Only colours are others.
      await expect
        .poll(() => hardToUse(page, ['color-contrast', 'link-in-text-block']), { message: `${path}, dark` })
        .toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      await expect.poll(() => tooWideBy(page), { message: `${path}, on a phone` }).toBeLessThanOrEqual(1);
      await page.close();
    }
  });

  test('on a phone rows say when and how long, and a line of the log has the width of the screen', async () => {
    const window = await stage.newWindow({ signedIn: true, viewport: { width: 390, height: 844 } });
    const page = await stage.watched(window);
    await page.goto(`${stage.home}/runs`);
    await page.getByRole('listitem').first().locator('time:visible').waitFor();
    await page.goto(`${stage.home}/runs/${seeded.run}`);
    const log = page.getByRole('log');
    const line = log.getByText('a line of the flow', { exact: true });
    await line.waitFor();
    const share = async () => {
      const [whole, its] = await Promise.all([log, line].map((box) => box.evaluate(({ clientWidth }) => clientWidth)));
      return its! / whole!;
    };
    await expect.poll(share).toBeGreaterThan(0.9);
    await window.close();
  });
});

/** What people who see little or use no pointer cannot use, by the rules of axe: all, or only those. */
const hardToUse = (page: Page, only?: string[]): Promise<string[]> =>
  page.evaluate(async (only) => {
    type Axe = {
      run: (options: object) => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
    };
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run({
      rules: { 'label-content-name-mismatch': { enabled: true } },
      resultTypes: ['violations'],
      ...(only && { runOnly: { type: 'rule', values: only }, rules: {} }),
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }, only);

/** Ends once the page has done what it had begun; its clock need not go. */
const turn = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => done());
        port1.start();
        port2.postMessage(null);
      }),
  );

/** Pixels by which something is wider than its box, once the page is drawn anew. */
const tooWideBy = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(done));
    await drawn();
    await drawn();
    const boxes = [document.documentElement, ...document.querySelectorAll('#content, #content .overflow-x-auto')];
    return Math.max(
      ...boxes
        .filter((box) => !box.closest('.markdown') && box.getAttribute('role') !== 'tablist')
        .map((box) => box.scrollWidth - box.clientWidth),
    );
  });
