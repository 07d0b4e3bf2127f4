import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../../test/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_TRUSTED_PROXIES: '127.0.0.1' });
});
afterAll(() => app.close());

const SIGN_UP =
  'mutation ($input: SignUpInput!) { signUp(input: $input) { id email name handle workspaces { name handle role accountHandle apiUrl scopes } accounts { name handle } } }';
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { id } }';
const CREATE_KEY = 'mutation { createApiKey(name: "k") { key apiKey { id name maskedKey expiration lastUsed } } }';
const password = 'correct horse battery';

const someEmail = () => `${crypto.randomUUID()}@example.test`;
/** Every visitor comes from an address of their own, so that limits per address do not add up over tests. */
const from = (address: string = crypto.randomUUID()) => ({ 'x-forwarded-for': address });
const signUp = (input: object, headers = from()) =>
  app.gql(SIGN_UP, { input: { email: someEmail(), password, name: 'Ann Example', ...input } }, headers);
const signIn = (email: string, given: string, headers = from()) =>
  app.gql(SIGN_IN, { input: { email, password: given } }, headers);

function browserOf({ cookies }: { cookies: { name: string; value: string }[] }) {
  const jar = Object.fromEntries(cookies.map((each) => [each.name, each.value]));
  const cookie = cookies.map((each) => `${each.name}=${each.value}`).join('; ');
  return { cookie, csrf: { cookie, 'x-csrf-token': jar['headgate_csrf']! } };
}

test('who signs up gets an account and a workspace to own, and is signed in', async () => {
  const { data, cookies } = await signUp({ name: 'Ann Example', workspaceName: 'Team Blue' });
  expect(data.signUp.accounts).toHaveLength(1);
  expect(data.signUp.workspaces).toMatchObject([
    { name: 'Team Blue', handle: 'team-blue', role: 'Owner', accountHandle: data.signUp.accounts[0].handle },
  ]);
  expect(data.signUp.workspaces[0].apiUrl).toMatch(
    /^https?:\/\/[^/]+\/api\/accounts\/[0-9a-f-]{36}\/workspaces\/[0-9a-f-]{36}$/,
  );
  expect(data.signUp.workspaces[0].scopes).toContain('manage_workspace_settings');
  const { data: again } = await app.gql('{ viewer { id } }', {}, { cookie: browserOf({ cookies }).cookie });
  expect(again.viewer.id).toBe(data.signUp.id);
});

test('many who sign up at once under one name all get in', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => signUp({ name: 'Same Name' })));
  expect(answers.map(({ error }) => error)).toEqual(answers.map(() => undefined));
  expect(new Set(answers.map(({ data }) => data.signUp.handle)).size).toBe(12);
});

test('a first workspace without a name is called main, and handles differ when names do not', async () => {
  const [one, other] = [await signUp({}), await signUp({})];
  expect(one.data.signUp.workspaces[0].handle).toBe('main');
  expect(one.data.signUp.handle).not.toBe(other.data.signUp.handle);
});

test('scripts cannot read the session cookie, other sites cannot send it, and its end is not in it', async () => {
  const { cookies } = await signUp({});
  expect(cookies.find((each) => each.name === 'headgate_session')).toMatchObject({
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
  });
  expect(cookies.find((each) => each.name === 'headgate_csrf')).toMatchObject({ sameSite: 'Lax', path: '/' });
  expect(cookies.find((each) => each.name === 'headgate_csrf')).not.toHaveProperty('httpOnly');
});

test('neither passwords nor session tokens are stored', async () => {
  const email = someEmail();
  const { cookies } = await signUp({ email });
  const { rows } = await app.db.sql.query(
    'select u.password_hash, s.hash from app_user u join user_session s on s.user_id = u.id where u.email = $1',
    [email],
  );
  expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(rows[0].hash).toHaveLength(32);
  expect(rows[0].hash.toString('base64url')).not.toBe(cookies[0]!.value);
});

test('a form learns what is wrong with each of its fields', async () => {
  const { error } = await signUp({ email: 'nobody', password: 'short', name: ' ' });
  expect(error.extensions.code).toBe('invalid');
  expect(error.extensions.fields).toEqual({
    email: 'is not an e-mail address',
    password: 'must have at least 10 characters',
    name: 'must not be empty',
  });
});

test('an e-mail address has one user, in whatever case it is written and however many try at once', async () => {
  const email = someEmail();
  const tries = await Promise.all([
    signUp({ email }),
    signUp({ email: ` ${email.toUpperCase()} ` }),
    signUp({ email }),
  ]);
  expect(tries.filter((each) => each.data)).toHaveLength(1);
  for (const refused of tries.filter((each) => each.error)) {
    expect(refused.error.extensions).toMatchObject({ code: 'conflict', fields: { email: 'already in use' } });
  }
});

test('a rival for the same handle does not make a sign-up fail', async () => {
  const name = `Twin ${crypto.randomUUID().slice(0, 8)}`;
  const twins = await Promise.all(Array.from({ length: 3 }, () => signUp({ name })));
  expect(new Set(twins.map((each) => each.data.signUp.handle)).size).toBe(3);
});

test('a wrong password and an unknown address are refused in the same words', async () => {
  const email = someEmail();
  await signUp({ email });
  const [wrong, unknown] = [await signIn(email, 'wrong password'), await signIn(someEmail(), password)];
  expect(wrong.error).toMatchObject({ message: unknown.error.message, extensions: { code: 'unauthenticated' } });
  expect((await signIn(email.toUpperCase(), password)).data.signIn.id).toBeTruthy();
});

test('nobody tries passwords of one person without end, and by trying nobody keeps that person out', async () => {
  const email = someEmail();
  const home = browserOf(await signUp({ email }));
  const there = from();
  const tries = await Promise.all(Array.from({ length: 12 }, () => signIn(email, 'wrong password', there)));
  expect(tries.filter((each) => each.error.extensions.code === 'unauthenticated')).toHaveLength(10);
  const refused = await signIn(email, password, there);
  expect(refused.error.extensions.code).toBe('tooMany');
  expect(refused.error.extensions.retryAfterSeconds).toBeGreaterThan(0);
  expect(refused.error.message).toMatch(/^Too many tries. Wait \d+ (seconds|minutes), then try again.$/);
  expect((await signIn(email, password, from())).data.signIn.id).toBeTruthy();
  // Even behind the same address, the browser in which they signed up lets them in.
  expect((await signIn(email, password, { ...there, ...home.csrf })).data.signIn.id).toBeTruthy();
});

test('a password that is easy to guess is refused with words for its field', async () => {
  const refused = await signUp({ password: 'password123' });
  expect(refused.error.extensions).toMatchObject({
    code: 'invalid',
    fields: { password: 'is easy to guess: take more words, or less common ones' },
  });
});

test('a password whose hash was made with less memory is hashed anew when its owner signs in', async () => {
  const email = someEmail();
  await signUp({ email });
  const stored = async () =>
    (await app.db.sql.query('select password_hash from app_user where email = $1', [email])).rows[0].password_hash;
  const weak = await hash(password, { memoryCost: 8_192, timeCost: 2, parallelism: 1 });
  await app.db.sql.query('update app_user set password_hash = $2 where email = $1', [email, weak]);
  expect((await signIn(email, password)).data.signIn.id).toBeTruthy();
  expect(await stored()).toContain('$m=19456,');
  expect((await signIn(email, password)).data.signIn.id).toBeTruthy();
});

test('a session ends for good, however much it is used', async () => {
  const email = someEmail();
  const { cookie } = browserOf(await signUp({ email }));
  await app.db.sql.query(
    "update user_session set created = now() - interval '91 days', expires = now() + interval '30 days' where user_id = (select id from app_user where email = $1)",
    [email],
  );
  expect((await app.gql('{ viewer { email } }', {}, { cookie })).data.viewer).toBeNull();
});

test('who knows the password is not counted', async () => {
  const email = someEmail();
  await signUp({ email });
  for (let count = 0; count < 12; count++) expect((await signIn(email, password)).data.signIn.id).toBeTruthy();
});

test('a session changes nothing without its CSRF token, and everything of its user with it', async () => {
  const { cookie, csrf } = browserOf(await signUp({}));
  expect((await app.gql(CREATE_KEY, {}, { cookie })).error.extensions.code).toBe('forbidden');
  const other = browserOf(await signUp({}));
  expect(
    (await app.gql(CREATE_KEY, {}, { cookie, 'x-csrf-token': other.csrf['x-csrf-token'] })).error.extensions.code,
  ).toBe('forbidden');
  const { key, apiKey } = (await app.gql(CREATE_KEY, {}, csrf)).data.createApiKey;
  expect(key).toMatch(/^pnu_[0-9A-Za-z]{36}$/);
  expect(apiKey).toMatchObject({ name: 'k', maskedKey: `pnu_…${key.slice(-4)}`, expiration: null, lastUsed: null });
});

test('a session ends with sign-out, and with the next sign-in of the same browser', async () => {
  const email = someEmail();
  const first = browserOf(await signUp({ email }));
  const viewer = async (cookie: string) => (await app.gql('{ viewer { email } }', {}, { cookie })).data.viewer;
  expect(await viewer(first.cookie)).toEqual({ email });
  const second = browserOf(await signIn(email, password, { ...from(), ...first.csrf }));
  expect(await viewer(first.cookie)).toBeNull();
  const out = await app.gql('mutation { signOut }', {}, second.csrf);
  expect(out.data.signOut).toBe(true);
  expect(out.cookies.map((each) => [each.name, each.value])).toEqual([
    ['headgate_session', ''],
    ['headgate_csrf', ''],
  ]);
  expect(await viewer(second.cookie)).toBeNull();
});

test('a session that has ended is nobody, and is forgotten', async () => {
  const email = someEmail();
  const { cookie } = browserOf(await signUp({ email }));
  await app.db.sql.query(
    "update user_session set expires = now() - interval '1 second' where user_id = (select id from app_user where email = $1)",
    [email],
  );
  expect((await app.gql('{ viewer { email } }', {}, { cookie })).data.viewer).toBeNull();
});
