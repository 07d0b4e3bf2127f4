import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/app.js';
import { Config } from '../config/config.js';
import { readEnv } from '../config/env.js';
import { Secrets } from './secrets.js';

let app: TestApp;
let workspaceId: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ workspaceId } = await app.tenant());
});
afterAll(() => app.close());

/** What a process sees that starts with these settings. */
const startedWith = (settings: Record<string, string>) =>
  new Secrets(new Config(readEnv({ ...process.env, ...settings })), app.db);
const [secret, masterKey] = ['s'.repeat(40), 'm'.repeat(40)];

test('processes that start together share the key of a workspace', async () => {
  const vaults = await Promise.all([1, 2, 3, 4].map(() => startedWith({}).vaultOf(workspaceId)));
  const sealed = vaults[0]!.seal('a', 'here');
  expect(vaults.map((vault) => vault.open(sealed, 'here').toString())).toEqual(['a', 'a', 'a', 'a']);
  expect((await app.db.sql.query('select from data_key where workspace_id = $1', [workspaceId])).rowCount).toBe(1);
});

test('the keys of two workspaces are two', async () => {
  const other = await startedWith({}).vaultOf((await app.tenant()).workspaceId);
  const sealed = (await startedWith({}).vaultOf(workspaceId)).seal('a', 'here');
  expect(() => other.open(sealed, 'here')).toThrow();
});

test('with a master key the other secret may change; another master key opens nothing, and says so', async () => {
  const { workspaceId: own } = await app.tenant();
  const settings = { HEADGATE_SECRET: secret, HEADGATE_MASTER_KEY: masterKey };
  const sealed = (await startedWith(settings).vaultOf(own)).seal('a', 'here');
  const later = await startedWith({ ...settings, HEADGATE_SECRET: 't'.repeat(40) }).vaultOf(own);
  expect(later.open(sealed, 'here').toString()).toBe('a');
  const wrong = startedWith({ ...settings, HEADGATE_MASTER_KEY: 'n'.repeat(40) });
  await expect(wrong.vaultOf(own)).rejects.toThrow(/HEADGATE_MASTER_KEY/);
  await expect(wrong.vaultOf(own)).rejects.toThrow(/HEADGATE_MASTER_KEY/);
});

test('without one it is derived from HEADGATE_SECRET, and an empty one is none', async () => {
  const { workspaceId: own } = await app.tenant();
  const sealed = (await startedWith({ HEADGATE_SECRET: secret }).vaultOf(own)).seal('a', 'here');
  const again = await startedWith({ HEADGATE_SECRET: secret, HEADGATE_MASTER_KEY: '' }).vaultOf(own);
  expect(again.open(sealed, 'here').toString()).toBe('a');
});
