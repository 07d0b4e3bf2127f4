import { once } from 'node:events';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { WebSocket } from 'ws';
import type { Tenant } from './app.js';
import { channelWorker } from './channel-worker.js';

/** A socket that has come in through one of the doors and does what it came for. */
export type OpenDoor = { door: string; socket: WebSocket; closed: Promise<number> };
type Who = Pick<Tenant, 'key' | 'accountId' | 'workspaceId'>;

const watched = (door: string, socket: WebSocket): OpenDoor => ({
  door,
  socket,
  closed: new Promise((resolve) => socket.once('close', resolve)),
});

/** Every websocket of the workspace API, as its clients open it. */
export async function openApiDoors(port: number, who: Who, pool: string): Promise<OpenDoor[]> {
  const address = `ws://127.0.0.1:${port}/api/accounts/${who.accountId}/workspaces/${who.workspaceId}`;
  const greeted = async (path: string, ...says: object[]) => {
    const socket = new WebSocket(address + path, 'prefect');
    const opened = watched(path, socket);
    const heard = once(socket, 'message');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'auth', token: who.key }));
    await heard;
    for (const say of says) socket.send(JSON.stringify(say));
    return opened;
  };
  const byHeader = async () => {
    const socket = new WebSocket(`${address}/events/in`, { headers: { authorization: `bearer ${who.key}` } });
    const opened = watched('/events/in by header', socket);
    await once(socket, 'open');
    return opened;
  };
  const channel = async () => {
    const worker = await channelWorker(port, who as Tenant, pool);
    const opened = watched('/workers/connect', worker.socket);
    await worker.hear('worker.ready.v1');
    return opened;
  };
  return Promise.all([
    byHeader(),
    greeted('/events/in'),
    greeted('/events/out', { type: 'filter', filter: {} }),
    greeted('/logs/out', { type: 'filter', filter: {} }),
    greeted('/task_runs/subscriptions/scheduled', { type: 'subscribe', keys: ['k'], client_id: newId() }),
    channel(),
  ]);
}

type GraphqlCaller = { apiKey?: string; cookie?: string };

export function graphqlSocket(port: number, { apiKey, cookie }: GraphqlCaller = {}) {
  const origin = `http://127.0.0.1:${port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
    headers: { ...(cookie && { cookie, origin }) },
  });
  const heard: { type: string; payload?: any }[] = [];
  const opened = watched('/graphql', socket);
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  const say = (message: object) => socket.send(JSON.stringify(message));
  socket.once('open', () => say({ type: 'connection_init', payload: apiKey ? { apiKey } : {} }));
  return { ...opened, heard, say };
}

/** The live list of runs, as the web app or a script follows it. */
export async function followRuns(port: number, workspaceId: string, caller: GraphqlCaller): Promise<OpenDoor> {
  const { say, heard, ...opened } = graphqlSocket(port, caller);
  await until('connection_ack', () => heard.some(({ type }) => type === 'connection_ack'));
  const query = `subscription { flowRunsChanged(workspaceId: "${workspaceId}") { id } }`;
  say({ type: 'subscribe', id: '1', payload: { query } });
  // A query behind it is answered when the subscription has been let in.
  say({ type: 'subscribe', id: '2', payload: { query: '{ viewer { id } }' } });
  await until('an answer', () => heard.some(({ type }) => type === 'next' || type === 'error'));
  return opened;
}
