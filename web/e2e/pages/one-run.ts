import { expect, test } from 'vitest';
import { pages, seeded, stage } from '../world';

pages('one run', () => {
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
    await expect.poll(() => page.getByLabel('Search the log').inputValue()).toBe('of the task');
    await page.goto(`${stage.home}/flows`);
    await page.getByLabel('Search by flow name').fill('bulk');
    await page.waitForURL(/q=bulk/);
    await page.reload();
    await page.getByRole('link', { name: 'bulk', exact: true }).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    await page.goto(`${stage.home}/deployments/${seeded.backfill}?tab=description`);
    await page.getByRole('heading', { name: 'Backfill' }).last().waitFor();
    await page.close();
  });

  test('what nobody knows of a run has no line, and the ring of a focused tab leaves its text whole', async () => {
    const page = await stage.at(`/runs/${seeded.run}`);
    await page.getByRole('definition').first().waitFor();
    await expect.poll(() => page.getByRole('definition').allInnerTexts()).not.toContain('–');
    await expect.poll(() => page.getByText('Created by').count()).toBe(0);
    const space = (tab: HTMLElement) => {
      const text = document.createRange();
      text.selectNodeContents(tab);
      const [outer, inner] = [tab.getBoundingClientRect(), text.getBoundingClientRect()];
      return Math.min(inner.left - outer.left, outer.right - inner.right);
    };
    // The ring is two pixels wide, and as far inside.
    await expect.poll(() => page.getByRole('tab', { name: 'Logs' }).evaluate(space)).toBeGreaterThanOrEqual(4);
    await page.close();
  });

  test('markdown is shown as it is meant, and does nothing on its own', async () => {
    const page = await stage.at(`/runs/${seeded.run}?tab=artifacts`);
    const elsewhere: string[] = [];
    page.on('request', (request) => void (request.url().includes('pictures.example') && elsewhere.push(request.url())));
    await page.getByRole('heading', { name: 'Water report' }).waitFor();
    await page.getByRole('cell', { name: 'Basel' }).waitFor();
    await page.getByRole('link', { name: 'map' }).waitFor();
    await page.getByRole('link', { name: 'Open the image' }).waitFor();
    const dangers = page.locator('.markdown :is(script, iframe, [href^="javascript:"], img[src^="http"])');
    await expect.poll(() => dangers.count()).toBe(0);
    await expect.poll(() => page.evaluate(() => 'broken' in window)).toBe(false);
    expect(elsewhere).toEqual([]);
    await page.close();
  });

  test('long markdown is laid out, and what would take minutes is shown as it was written, while the page goes on', async () => {
    const { id } = await stage.run(seeded.orders, 'RUNNING');
    const page = await stage.page();
    await page.addInitScript(watchGaps);
    const long = [
      '# A long report',
      'Lorem *ipsum* [dolor](https://x.example) sit amet.\n\n'.repeat(400),
      '## Its end',
    ];
    const worst = '*a_ '.repeat(24_900);
    const first = ['# The first', ...long.slice(1, 2)].join('\n\n');
    await stage.post('/artifacts/', { key: 'first', type: 'markdown', data: first, flow_run_id: id });
    await stage.post('/artifacts/', { key: 'worst', type: 'markdown', data: worst, flow_run_id: id });
    await stage.post('/artifacts/', { key: 'long', type: 'markdown', data: long.join('\n\n'), flow_run_id: id });
    await page.goto(`${stage.home}/runs/${id}?tab=artifacts`);
    await page.getByRole('heading', { name: 'Its end' }).waitFor();
    await page.getByText('Too much to lay out: shown as it was written.').waitFor();
    await page.getByRole('heading', { name: 'The first' }).waitFor();
    // On a quiet machine it is a tenth of a second; on the page's own thread it was more than a minute.
    const longestGapMs = await page.evaluate(() => (globalThis as { longestGapMs?: number }).longestGapMs);
    expect(longestGapMs).toBeLessThan(15_000);
    await page.close();
  });

  test('of a run’s many tasks one is a stop for the Tab key; the arrows go from there', async () => {
    const page = await stage.at(`/runs/${seeded.run}`);
    const tasks = page.getByRole('group', { name: 'Task runs' });
    await tasks.getByRole('button').first().waitFor();
    await expect.poll(() => tasks.locator('[tabindex="0"]').count()).toBe(1);
    await tasks.locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-row'));
    await expect.poll(focused).toBe('1');
    await page.keyboard.press('End');
    await expect.poll(focused).toBe('59');
    await expect.poll(() => tasks.locator('[tabindex="0"]').count()).toBe(1);
    await page.close();
  });

  test('a run and a task that wait say how long they ran, and how much more time that took', async () => {
    const { id } = await stage.run(seeded.orders, 'RUNNING');
    const task = await stage.post('/task_runs/', {
      flow_run_id: id,
      name: 'waits',
      task_key: 'waits',
      dynamic_key: '0',
      state: { type: 'RUNNING' },
    });
    await stage.post(`/task_runs/${task.id}/set_state`, { state: { type: 'PAUSED' }, force: true });
    await stage.move(id, 'PAUSED');
    const page = await stage.at(`/runs/${id}`);
    await page.getByText(/running, of \d+(\.\d+)?s since its start/).waitFor();
    await page
      .getByRole('group', { name: 'Task runs' })
      .getByText(/^ran .* of /)
      .waitFor();
    await page.goto(`${stage.home}/task-runs/${task.id}`);
    await page.getByText(/running, of .* since its start/).waitFor();
    await page.close();
  });

  test('hours between two attempts are a gap on the axis of time, and both attempts can be read', async () => {
    const { id } = await stage.run(seeded.orders, 'RUNNING');
    const five = 5 * 3_600;
    await stage.tellOfTask(id, 'tried-again', [
      [five, 'RUNNING', 'Running'],
      [five - 20, 'SCHEDULED', 'AwaitingRetry'],
      [40, 'RUNNING', 'Retrying'],
      [10, 'COMPLETED', 'Completed'],
    ]);
    await stage.tellOfTask(id, 'before', [
      [five, 'RUNNING', 'Running'],
      [five - 10, 'COMPLETED', 'Completed'],
    ]);
    const page = await stage.at(`/runs/${id}`);
    await page.getByRole('img', { name: /^No task ran for 4h 59m: the gap is not drawn to scale/ }).waitFor();
    const widths = async (name: string) => {
      const row = page.getByRole('group', { name: 'Task runs' }).getByRole('button', { name });
      return row.locator('[data-attempt]').evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
    };
    await expect.poll(async () => (await widths('before')).length).toBe(1);
    await expect.poll(async () => (await widths('tried-again')).length).toBe(2);
    for (const name of ['before', 'tried-again'])
      await expect.poll(async () => Math.min(...(await widths(name)))).toBeGreaterThan(40);
    await page.locator('[data-axis]').getByText('4h 59m', { exact: true }).waitFor();
    await page.close();
  });

  test('the axis of time has each label once, on one line, inside the chart', async () => {
    const window = await stage.newWindow({ signedIn: true });
    await window.clock.install();
    const page = await stage.watched(window);
    await page.goto(`${stage.home}/runs/${seeded.run}`);
    await page.getByRole('group', { name: 'Task runs' }).waitFor();
    await window.clock.fastForward(95_000);
    const ticks = page.locator('[data-axis] span');
    // However long the run has been at work: a label in minutes is as long as labels get.
    await ticks.getByText(/^\d+m/).first().waitFor();
    const axis = () =>
      page.locator('[data-axis]').evaluate((axis) => {
        const labels = [...axis.querySelectorAll('span')];
        const boxes = labels.map((label) => label.getBoundingClientRect());
        return {
          eachOnce: new Set(labels.map((label) => label.textContent)).size === labels.length,
          onOneLine: boxes.every(({ height }) => height <= 28),
          inside: boxes.every(({ right }) => right <= axis.getBoundingClientRect().right),
        };
      });
    await expect.poll(axis).toEqual({ eachOnce: true, onOneLine: true, inside: true });
    await window.close();
  });
});

/** In the page: for how long at most nothing else was done. */
function watchGaps(): void {
  const page = globalThis as { longestGapMs?: number };
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    page.longestGapMs = Math.max(page.longestGapMs ?? 0, now - last);
    last = now;
  }, 20);
}
