import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { cloneDatabase } from '@headgate/testkit';
import type {} from '@headgate/testkit/global-setup';
import { inject as provided } from 'vitest';
import { Database } from '../src/core/db/database.js';
import { AppModule } from '../src/app.module.js';
import { createHttpApp } from '../src/core/http/http-app.js';
import { apiVersionHook } from '../src/modules/server-info/index.js';
import { ApiKeysService, SignInService } from '../src/modules/tenancy/index.js';
import { holdToAnswers } from './answers.js';
import { accountCtxFor } from './ctx.js';
import { openApps } from './open-apps.js';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
export type Tenant = {
  userId: string;
  email: string;
  password: string;
  key: string;
  accountId: string;
  workspaceId: string;
};

/** The whole application without a port, on a database of its own. One per test file. */
export async function startTestApp(
  settings: Record<string, string> = {},
  prepare?: (app: NestFastifyApplication) => Promise<void>,
) {
  const database = await cloneDatabase(provided('adminUrl'), provided('template'));
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    REDIS_URL: provided('redisUrl'),
    HEADGATE_SECRET: 'x'.repeat(40),
    HEADGATE_LOG_LEVEL: 'fatal',
    HEADGATE_PASSWORD_MEMORY_MB: '19',
    HEADGATE_PROCESS: 'api',
    ...settings,
  });
  const app: NestFastifyApplication = await createHttpApp(AppModule);
  openApps.add(app);
  (app.getHttpAdapter().getInstance() as unknown as FastifyInstance).addHook('onRequest', apiVersionHook);
  await prepare?.(app);
  const answers = holdToAnswers(app);
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
      body: response.headers['content-type']?.toString().startsWith('application/json')
        ? JSON.parse(response.body)
        : undefined,
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
    const { key } = await app
      .get(ApiKeysService)
      .create(accountCtxFor(user.id), { name: 'test', expiration: undefined });
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
  const close = async () => {
    await app.close();
    openApps.delete(app);
    await database.drop();
    answers.mustBeTrue();
  };
  return { app, inject, gql, tenant, db: app.get(Database), databaseUrl: database.url, close };
}
export type TestApp = Awaited<ReturnType<typeof startTestApp>>;
