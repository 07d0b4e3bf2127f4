import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSystem, type TestSystem } from '@headgate/testkit';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from './chromium';

const id = '01900000-0000-7000-8000-000000000000';
const password = 'correct horse battery staple';

describe.skipIf(!chromiumPath)('what pages may do, in the browser', () => {
  let system: TestSystem;
  let browser: Browser;
  let page: Page;
  const broken: string[] = [];

  beforeAll(async () => {
    system = await startSystem();
    browser = await launchChromium();
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => {
      if (/Content Security Policy|Permissions-Policy|Cross-Origin-Opener/i.test(message.text()))
        broken.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => broken.push(`${page.url()}: ${String(error)}`));
  });

  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  test('after signing up nobody is at another site, however the address asks for it', async () => {
    await page.goto(`${system.url}/sign-up?next=${encodeURIComponent('/\t/evil.example')}`);
    await page.getByLabel('Name').fill('Ada Example');
    await page.getByLabel('E-mail').fill('ada@example.test');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-up'));
    await page.waitForURL(/\/[\w-]+\/main$/);
    expect(new URL(page.url()).origin).toBe(new URL(system.url).origin);
  });

  test('no page breaks its own policy', async () => {
    const home = new URL(page.url()).pathname;
    const inside = [
      '',
      '/runs',
      `/runs/${id}`,
      `/task-runs/${id}`,
      '/flows',
      `/flows/${id}`,
      '/deployments',
      `/deployments/${id}`,
      '/work-pools',
    ];
    const all = [
      ...inside.map((rest) => home + rest),
      '/settings/api-keys',
      '/sign-in',
      '/sign-up',
      '/nothing/at/all/here',
    ];
    for (const url of [...all, '/auth/client?callback=http%3A%2F%2F127.0.0.1%3A1', '/api/docs']) {
      await page.goto(system.url + url);
      await page.waitForLoadState('networkidle');
    }
    expect(broken).toEqual([]);
  });
});
