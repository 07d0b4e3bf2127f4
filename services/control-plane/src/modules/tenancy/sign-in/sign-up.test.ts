import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../../test/app.js';

let app: TestApp;
beforeAll(async () => {
  process.env['HEADGATE_SIGN_UP'] = 'first';
  app = await startTestApp();
});
afterAll(async () => {
  delete process.env['HEADGATE_SIGN_UP'];
  await app.close();
});

test('where only the first person may sign up, of many who try at once one gets in, and nobody later; that is told', async () => {
  const isOpen = async () => (await app.gql('{ signUpOpen }')).data.signUpOpen as boolean;
  expect(await isOpen()).toBe(true);
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => app.tenant()));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(4);
  for (const { reason } of refused) expect(reason).toMatchObject({ kind: 'forbidden' });
  await expect(app.tenant()).rejects.toMatchObject({ kind: 'forbidden' });
  expect(await isOpen()).toBe(false);
});
