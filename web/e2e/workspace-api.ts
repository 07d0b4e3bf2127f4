import type { Page } from 'playwright-core';

type Workspace = { accountId: string; id: string };

/** The workspace of whoever is signed in in the browser. */
export async function workspaceOf(page: Page): Promise<Workspace> {
  const query = '{ viewer { workspaces { id accountId } } }';
  return page.evaluate(async (query) => {
    const answer = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await answer.json()).data.viewer.workspaces[0];
  }, query);
}

/** A call of the workspace API, as a program makes it. */
export const poster =
  (url: string, workspace: Workspace, key: string) =>
  async (path: string, body: object): Promise<{ id: string }> => {
    const answer = await fetch(`${url}/api/accounts/${workspace.accountId}/workspaces/${workspace.id}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  };

/** A deployment that runs a shell command on an agent of a pool. Answers its id. */
export async function deployCommand(post: ReturnType<typeof poster>, pool: string, command: string): Promise<string> {
  const flow = await post('/flows/', { name: 'count-lines' });
  const { id } = await post('/deployments/', {
    name: pool === 'default' ? 'on-demand' : `in-${pool}`,
    flow_id: flow.id,
    work_pool_name: pool,
    job_variables: { command },
    parameter_openapi_schema: { type: 'object', properties: {} },
  });
  return id;
}
