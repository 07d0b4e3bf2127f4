import 'reflect-metadata';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CoreModule } from '../../core/core.module.js';
import { Database } from '../../core/db/database.js';
import { createHttpApp } from '../../core/http/http-app.js';
import { ConcurrencyModule } from '../concurrency/index.js';
import { ApiKeysService, SignInService, TenancyModule } from './index.js';

@Module({ imports: [CoreModule, TenancyModule, ConcurrencyModule] })
class App {}

export async function startTestApp() {
  process.env['DATABASE_URL'] ??= 'postgresql://postgres@127.0.0.1:5499/hg';
  process.env['REDIS_URL'] ??= 'redis://127.0.0.1:6399';
  process.env['HEADGATE_SECRET'] ??= 'x'.repeat(40);
  process.env['HEADGATE_SIGN_IN_TRIES'] ??= '1000';
  const app: NestFastifyApplication = await createHttpApp(App);
  (app as any).appOptions.bodyParser = false;
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const { user } = await app.get(SignInService).signUp({ email: `t${Math.random()}@example.test`, password: 'long enough pw', name: 'Test User', workspaceName: undefined }, { address: '::1', userAgent: 'test' });
  const { key } = await app.get(ApiKeysService).create(user.id, { name: 'test', expiration: undefined });
  const inject = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT', url: string, payload?: unknown, withKey: string | null = key) => {
    const response = await app.inject({ method, url, payload: payload as object, headers: { ...(withKey && { authorization: `Bearer ${withKey}` }), ...(payload !== undefined && { 'content-type': 'application/json' }) } });
    return { status: response.statusCode, headers: response.headers, body: response.body === '' ? undefined : tryJson(response.body), cookies: response.cookies };
  };
  const [workspace] = (await inject('GET', '/api/me/workspaces')).body;
  return { app, inject, workspace: { id: workspace.workspace_id as string, accountId: workspace.account_id as string }, user, key, db: app.get(Database), close: () => app.close() };
}
function tryJson(text: string): any { try { return JSON.parse(text); } catch { return text; } }
