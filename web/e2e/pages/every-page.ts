import fs from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import { questionsOf } from '../stage';
import { content, pages, quiet, seeded, stage } from './world';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const narrow = { viewport: { width: 390, height: 844 } };

pages('every page', () => {
  /** Pages with how often they may ask over HTTP at first, and in a minute in which nothing happens. */
  const every = (): [string, number, number][] => [
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
    for (const [path, first, later] of every()) {
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
    for (const path of [...every().map(([path]) => path), '/../../settings/api-keys']) {
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
      for (const path of every().map(([path]) => path)) {
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

  test('no page broke on the way', () => expect(stage.faults).toEqual([]));
});
