import { expect, test } from 'vitest';
import { pages, quiet, stage } from './world';

const id = '01900000-0000-7000-8000-000000000000';

pages('what pages may do', () => {
  test('after signing up nobody is at another site, however the address asks for it', async () => {
    const window = await stage.newWindow();
    const page = await stage.watched(window);
    await page.goto(`${stage.system.url}/sign-up?next=${encodeURIComponent('/\t/evil.example')}`);
    await page.getByLabel('Name').fill('Eve Example');
    await page.getByLabel('E-mail').fill('eve@example.test');
    await page.getByLabel('Password').fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-up'));
    await page.waitForURL(/\/[\w-]+\/main$/);
    expect(new URL(page.url()).origin).toBe(new URL(stage.system.url).origin);
    await window.close();
  });

  test('no page breaks its own policy', async () => {
    const home = new URL(stage.home).pathname;
    const inside = [`/runs/${id}`, `/task-runs/${id}`, `/flows/${id}`, `/deployments/${id}`, ''];
    const outside = [
      '/settings/api-keys',
      '/sign-in',
      '/sign-up',
      '/nothing/at/all/here',
      '/nothing/here',
      '/api/docs',
    ];
    const handing = '/auth/client?callback=http%3A%2F%2F127.0.0.1%3A1';
    await Promise.all(
      [...inside.map((rest) => home + rest), ...outside, handing].map(async (address) => {
        const page = await stage.page();
        await page.goto(stage.system.url + address);
        await quiet(page);
        await page.close();
      }),
    );
    // Of the other pages the last test tells.
    expect(stage.faults).toEqual([]);
  });
});
