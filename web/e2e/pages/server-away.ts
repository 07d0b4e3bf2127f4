import { expect, test } from 'vitest';
import { questionsOf } from '../stage';
import { pages, seeded, stage } from '../world';

/** For the last test here: whenever the api comes back, it may as well have another setting. */
const signUpClosed = { HEADGATE_SIGN_UP: 'first' };

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
    await stage.system.start('api', signUpClosed);
    await page.getByRole('link', { name: 'nightly' }).waitFor();
    await page.getByText('Connection lost').waitFor({ state: 'hidden' });
    await page.getByText('The server cannot be reached.').waitFor({ state: 'hidden' });
    await expect.poll(() => page.getByText('This could not be loaded').count()).toBe(0);
    await page.close();
  });

  test('while the scheduler is away pages say so, and no longer once it is back', async () => {
    const page = await stage.at('/deployments');
    await page.getByRole('link', { name: 'nightly' }).waitFor();
    const says = page.getByText('The scheduler is away. Until it is back, schedules make no runs');
    await stage.system.kill('loops');
    await says.waitFor();
    // What people start themselves goes on.
    await page.getByRole('button', { name: 'Run nightly now' }).click();
    await page.getByText('The run is created.').waitFor();
    await stage.system.start('loops');
    await says.waitFor({ state: 'hidden' });
    await page.close();
  });

  test('while both are away, and when both are back, a page says what it knows and goes on by itself', async () => {
    const { id } = await stage.run(seeded.bulk, 'RUNNING');
    const page = await stage.at(`/runs/${id}`);
    await page.getByRole('list', { name: 'States' }).getByText('Running').waitFor();
    await Promise.all([stage.system.kill('api'), stage.system.kill('loops')]);
    await page.getByText('Connection lost. Reconnecting…').waitFor();
    await page.getByRole('list', { name: 'States' }).getByText('Running').waitFor();
    await Promise.all([stage.system.start('api', signUpClosed), stage.system.start('loops')]);
    await page.getByText('Connection lost').waitFor({ state: 'hidden' });
    await stage.move(id, 'COMPLETED');
    await page.getByRole('list', { name: 'States' }).getByText('Completed').waitFor();
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
