import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { WebSocket } from 'ws';
import { startTestApp, type Tenant } from './app.js';

/** A run as a task worker gets it. */
export type Got = {
  id: string;
  task_key: string;
  state: { type: string; state_details: { task_parameters_id: string; scheduled_time: string } };
};

/** The application behind a port, with two workspaces, and what background tasks are made of. */
export async function startBackground() {
  const app = await startTestApp();
  const [owner, stranger] = [await app.tenant(), await app.tenant()];
  await app.app.listen(0, '127.0.0.1');
  const { port } = app.app.getHttpServer().address() as AddressInfo;
  const open: WebSocket[] = [];

  const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, key = owner.key) =>
    app.inject(method, `/api${path}`, body, key);

  /** What `.delay()` asks for. */
  async function delay(taskKey: string, details: object = {}, key = owner.key): Promise<string> {
    const state_details = { deferred: true, task_parameters_id: newId(), ...details };
    const body = { task_key: taskKey, dynamic_key: newId(), state: { type: 'SCHEDULED', state_details } };
    const { status, text, body: run } = await call('POST', '/task_runs/', body, key);
    if (status !== 201) throw new Error(`${status} ${text}`);
    return run.id;
  }

  async function connect() {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/task_runs/subscriptions/scheduled`, 'prefect');
    open.push(socket);
    await once(socket, 'open');
    return socket;
  }

  /** A task worker as the client opens it; acknowledges what it gets only when it is told to. */
  async function worker(keys: string[], { clientId = newId(), who = owner }: { clientId?: string; who?: Tenant } = {}) {
    const socket = await connect();
    const frames: any[] = [];
    const closed = once(socket, 'close').then(([code, reason]) => [code, String(reason)] as [number, string]);
    socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())));
    const say = (message: object) => socket.send(JSON.stringify(message));
    say({ type: 'auth', token: who.key });
    await until('greeting', () => frames.shift()?.type === 'auth_success');
    if (keys.length > 0) say({ type: 'subscribe', keys, client_id: clientId });
    const next = async (): Promise<Got> => {
      await until('a run', () => frames.length > 0);
      return frames.shift();
    };
    const take = async (): Promise<Got> => {
      const run = await next();
      say({ type: 'ack' });
      return run;
    };
    return { socket, frames, closed, say, next, take };
  }

  const queued = async (taskKey: string) =>
    (await app.db.sql.query('select * from task_run_queue where task_key = $1', [taskKey])).rows;

  async function hangUp(): Promise<void> {
    for (const socket of open.splice(0))
      if (socket.readyState !== socket.CLOSED) {
        const ended = once(socket, 'close');
        socket.terminate();
        await ended;
      }
  }

  return { ...app, owner, stranger, call, delay, connect, worker, queued, hangUp };
}
export type Background = Awaited<ReturnType<typeof startBackground>>;
