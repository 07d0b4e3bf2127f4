import { expect } from 'vitest';
import { Loops } from '../../src/core/loops/loops.js';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { made, type Http } from '../property/http.js';
import { workspaceHttp } from '../property/workspace.js';

/** The application, a tenant, and what tests of loops do with them. */
export async function startStage() {
  const app: TestApp = await startTestApp();
  const tenant: Tenant = await app.tenant();
  const http: Http = workspaceHttp(app, tenant);
  const loops = app.app.get(Loops);
  const sql = (text: string, values: unknown[] = []) => app.db.sql.query(text, values);
  const flow = await made(http('POST', '/flows/', { name: 'looped' }));

  const run = (more: object = {}) => made(http('POST', '/flow_runs/', { flow_id: flow.id, ...more }));
  const deployment = (more: object = {}) =>
    made(http('POST', '/deployments/', { name: `d${Math.random()}`, flow_id: flow.id, ...more }));
  const read = (id: string) => made(http('GET', `/flow_runs/${id}`));
  const move = (id: string, state: object, force = false) =>
    http('POST', `/flow_runs/${id}/set_state`, { state, force });
  const history = async (id: string): Promise<string[]> =>
    (await made(http('GET', `/flow_run_states/?flow_run_id=${id}`))).map((state: { name: string }) => state.name);

  /** As many replicas as that run the loop at the same time. */
  const rivals = (name: string, count = 3) => Promise.all(Array.from({ length: count }, () => loops.pass(name)));

  /** A pass that is cut off when it writes to the table, as when its process is killed there. */
  async function cutOff(name: string, table: string, operation: 'insert' | 'update' | 'delete'): Promise<void> {
    await sql(
      `create function cut_off() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
       create trigger cut_off before ${operation} on ${table} for each row execute function cut_off()`,
    );
    try {
      await expect(loops.pass(name)).rejects.toThrow();
    } finally {
      await sql('drop function cut_off() cascade');
    }
  }

  /** Nothing is left to do. */
  const isIdle = async (name: string) =>
    expect(Object.values(await loops.pass(name)).every((count) => count === 0)).toBe(true);

  return {
    app,
    tenant,
    http,
    loops,
    sql,
    flowId: flow.id as string,
    run,
    deployment,
    read,
    move,
    history,
    rivals,
    cutOff,
    isIdle,
  };
}
export type Stage = Awaited<ReturnType<typeof startStage>>;
