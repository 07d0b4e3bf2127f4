import 'reflect-metadata';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { CoreModule } from '../../../core/core.module.js';
import { Database } from '../../../core/db/database.js';
import { createHttpApp } from '../../../core/http/http-app.js';
import { ConcurrencyModule } from '../../concurrency/index.js';
import { apiVersionHook, ServerInfoModule } from '../../server-info/index.js';
import { ApiKeysService, SignInService, TenancyModule } from '../index.js';

@Module({ imports: [CoreModule, TenancyModule, ConcurrencyModule, ServerInfoModule] })
class App {}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
export type Tenant = {
  userId: string;
  email: string;
  password: string;
  key: string;
  accountId: string;
  workspaceId: string;
};

export async function startTestApp() {
  process.env['DATABASE_URL'] ??= 'postgresql://postgres@127.0.0.1:5499/hg';
  process.env['REDIS_URL'] ??= 'redis://127.0.0.1:6399';
  process.env['HEADGATE_SECRET'] ??= 'x'.repeat(40);
  const app: NestFastifyApplication = await createHttpApp(App);
  (app as any).appOptions.bodyParser = false;
  (app.getHttpAdapter().getInstance() as unknown as FastifyInstance).addHook('onRequest', apiVersionHook);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();

  async function inject(
    method: Method,
    url: string,
    payload?: unknown,
    key?: string | null,
    headers: Record<string, string> = {},
  ) {
    const response = await app.inject({
      method,
      url,
      payload: payload as object,
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      body: response.body === '' ? undefined : JSON.parse(response.body),
      cookies: response.cookies,
    };
  }
  async function tenant(name = 'Test User'): Promise<Tenant> {
    const [email, password] = [`t${Math.random()}@example.test`, 'long enough pw'];
    const { user } = await app
      .get(SignInService)
      .signUp(
        { email, password, name, workspaceName: undefined },
        { address: String(Math.random()), userAgent: 'test' },
      );
    const { key } = await app.get(ApiKeysService).create(user.id, { name: 'test', expiration: undefined });
    const [workspace] = (await inject('GET', '/api/me/workspaces', undefined, key)).body;
    return {
      userId: user.id,
      email,
      password,
      key,
      accountId: workspace.account_id,
      workspaceId: workspace.workspace_id,
    };
  }
  const gql = async (query: string, variables: object = {}, headers: Record<string, string> = {}) => {
    const response = await inject('POST', '/graphql', { query, variables }, null, headers);
    return { ...response, data: response.body.data, error: response.body.errors?.[0] };
  };
  return { app, inject, gql, tenant, db: app.get(Database), close: () => app.close() };
}
export type TestApp = Awaited<ReturnType<typeof startTestApp>>;
