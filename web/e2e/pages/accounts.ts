import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { pages, stage } from '../world';

pages('accounts', () => {
  const signUp = async (page: Page, name: string) => {
    await page.goto(`${stage.system.url}/sign-up`);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('E-mail').fill(`${name.toLowerCase()}@example.test`);
    await page.getByLabel('Password').fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(/\/[\w-]+\/main$/);
  };

  test('a new workspace says which address it gets, and asks for a handle where its name makes none', async () => {
    const window = await stage.newWindow();
    const page = await stage.watched(window);
    await signUp(page, 'Lovelace');
    await page.getByRole('button', { name: /^main/ }).click();
    await page.getByRole('menuitem', { name: 'Create workspace' }).click();
    const dialog = page.getByRole('dialog');
    const handle = dialog.getByLabel('Handle');
    await dialog.getByLabel('Name').fill('Main');
    await expect.poll(() => handle.inputValue()).toBe('main-2');
    await dialog.getByText('The account has a workspace of this name already.').waitFor();
    await dialog.getByLabel('Name').fill('!!!');
    await expect.poll(() => handle.inputValue()).toBe('');
    await dialog.getByRole('button', { name: 'Create workspace' }).click();
    await dialog.getByText('This name makes no handle').waitFor();
    await handle.fill('main');
    await dialog.getByRole('button', { name: 'Create workspace' }).click();
    await dialog.getByText('Already in use.').waitFor();
    await handle.fill('lab');
    await dialog.getByText(`${stage.system.url}/lovelace/lab`).waitFor();
    await dialog.getByRole('button', { name: 'Create workspace' }).click();
    await page.waitForURL(`${stage.system.url}/lovelace/lab`);
    await window.close();
  });

  test('the address of an account leads to its workspace, to the one open last, or to a choice', async () => {
    const page = await stage.page();
    await page.goto(`${stage.system.url}/${stage.person.handle.split('/')[0]}`);
    await page.waitForURL(stage.home);
    await page.goto(`${stage.system.url}/nobodys-account`);
    await page.getByText('There is nothing here').waitFor();
    await page.close();
    const window = await stage.newWindow();
    const other = await stage.watched(window);
    await other.goto(`${stage.system.url}/lovelace`);
    await other.getByLabel('E-mail').fill('lovelace@example.test');
    await other.getByLabel('Password').fill('correct horse battery staple');
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.waitForURL(`${stage.system.url}/lovelace`);
    await expect
      .poll(() => other.getByRole('list', { name: 'Workspaces' }).getByRole('link').allInnerTexts())
      .toEqual([expect.stringContaining('lovelace/main'), expect.stringContaining('lovelace/lab')]);
    await other.getByRole('link', { name: '!!!' }).click();
    await other.waitForURL(`${stage.system.url}/lovelace/lab`);
    await other.goto(`${stage.system.url}/lovelace`);
    await other.waitForURL(`${stage.system.url}/lovelace/lab`);
    await window.close();
  });

  test('who deletes with the keyboard goes on from the heading of the list', async () => {
    const page = await stage.page();
    await page.goto(`${stage.system.url}/settings/api-keys`);
    for (const name of ['first', 'second']) {
      await page.getByRole('button', { name: 'Create key' }).first().click();
      await page.getByRole('dialog').getByLabel('Name').fill(name);
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('cell', { name, exact: true }).waitFor();
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      await expect.poll(focused).toBe('Create key');
    }
    await page.getByRole('button', { name: 'Delete the key first' }).press('Enter');
    await page.getByRole('button', { name: 'Delete key' }).press('Enter');
    await page.getByRole('cell', { name: 'first', exact: true }).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('API keys');
    await page.close();
  });
});
