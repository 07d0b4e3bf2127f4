import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../../test/app.js';

/** An installation that people reach by https. */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_PUBLIC_URL: 'https://headgate.example.test' });
});
afterAll(() => app.close());

const input = { email: 'ann@example.test', password: 'correct horse battery', name: 'Ann' };
const signUp = () => app.gql('mutation ($input: SignUpInput!) { signUp(input: $input) { id } }', { input }, {});

test('under https every cookie is bound to the host, and one that another site planted opens nothing', async () => {
  const { cookies } = await signUp();
  expect(cookies.map(({ name }) => name)).toEqual([
    '__Host-headgate_session',
    '__Host-headgate_csrf',
    '__Host-headgate_browser',
  ]);
  for (const cookie of cookies) expect(cookie).toMatchObject({ secure: true, path: '/', sameSite: 'Lax' });
  expect(cookies.every((cookie) => !('domain' in cookie))).toBe(true);
  const viewer = async (cookie: string) => (await app.gql('{ viewer { id } }', {}, { cookie })).data.viewer;
  const { value } = cookies[0]!;
  expect(await viewer(`__Host-headgate_session=${value}`)).not.toBeNull();
  expect(await viewer(`headgate_session=${value}`)).toBeNull();
});
