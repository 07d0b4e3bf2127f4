import { expect, test } from 'vitest';
import { questionsOf } from '../stage';
import { pages, stage } from '../world';

pages('when the server goes away and comes back', () => {
  test('one can go on in the app meanwhile, and pages mend themselves', async () => {
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
    // Its file was never read. That is said, and what is on the screen can be used meanwhile.
    await page.getByText('The server cannot be reached. The page opens as soon as it is back.').waitFor();
    await page.getByRole('heading', { name: 'Flows', level: 1 }).waitFor();
    await page.getByRole('button', { name: /^Menu of / }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await page.keyboard.press('Escape');
    // For the test below: it may as well come back with another setting.
    await stage.system.start('api', { HEADGATE_SIGN_UP: 'first' });
    await page.getByRole('link', { name: 'nightly' }).waitFor();
    await page.getByText('Connection lost').waitFor({ state: 'hidden' });
    await page.getByText('The server cannot be reached.').waitFor({ state: 'hidden' });
    await expect.poll(() => page.getByText('This could not be loaded').count()).toBe(0);
    await page.close();
  });

  test('where sign-up is closed its page says so, and no link leads there', async () => {
    const window = await stage.newWindow();
    const page = await stage.watched(window);
    await page.goto(`${stage.system.url}/sign-up`);
    await page.getByRole('heading', { name: 'Sign-up is closed' }).waitFor();
    await expect.poll(() => page.getByRole('textbox').count()).toBe(0);
    const asked = questionsOf(page);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expect.poll(() => asked.includes('SignUpOpen') && asked.underWay).toBe(0);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await expect.poll(() => page.getByRole('link', { name: 'Create an account' }).count()).toBe(0);
    await window.close();
  });

  test('no page broke on the way', () => expect(stage.faults).toEqual([]));
});
