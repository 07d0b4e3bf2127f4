import type { Tenant, TestApp } from '../app.js';
import type { Http } from './http.js';

/** Calls of a tenant's workspace API, without a port. */
export const workspaceHttp =
  (app: TestApp, tenant: Tenant, headers: Record<string, string> = {}): Http =>
  (method, path, body) =>
    app.inject(
      method,
      `/api/accounts/${tenant.accountId}/workspaces/${tenant.workspaceId}${path}`,
      body,
      tenant.key,
      headers,
    );
