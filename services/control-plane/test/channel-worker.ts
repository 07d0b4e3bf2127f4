import { once } from 'node:events';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { WebSocket } from 'ws';
import type { Tenant } from './app.js';

export type Frame = { type: string; id: string; sent_at: string; payload: Record<string, any> };

export const helloOf = (more: object = {}) => ({
  consumer_id: newId(),
  worker_name: 'hands',
  worker_type: 'process',
  heartbeat_interval_seconds: 30,
  supported_channel_versions: ['work_pool_worker_channel.v1'],
  requested_capabilities: ['worker_heartbeat.v1', 'work_pool_snapshot.v1'],
  work_queue_names: [],
  handled_cleanup_kinds: [],
  max_cleanup_concurrency: 0,
  create_pool_if_not_found: false,
  default_base_job_template: {},
  worker_metadata: null,
  ...more,
});

type Hello = { hello?: ReturnType<typeof helloOf>; key?: string | null; agent?: string };
const frame = (type: string, payload: object) => ({ type, id: newId(), sent_at: new Date().toISOString(), payload });

/** A worker as the client opens its channel. Collects what it hears. */
export async function channelWorker(
  port: number,
  who: Tenant,
  pool: string,
  { hello = helloOf(), key = who.key, agent }: Hello = {},
) {
  const address = `ws://127.0.0.1:${port}/api/accounts/${who.accountId}/workspaces/${who.workspaceId}`;
  const socket = new WebSocket(`${address}/work_pools/${encodeURIComponent(pool)}/workers/connect`, 'prefect', {
    headers: { ...(agent && { 'user-agent': agent }) },
  });
  const heard: Frame[] = [];
  const closed = once(socket, 'close').then(([code, reason]) => `${code} ${String(reason)}`);
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'auth', token: key }));
  socket.send(JSON.stringify(frame('worker.hello.v1', hello)));
  const say = (type: string, payload: object) => {
    const said = frame(type, payload);
    socket.send(JSON.stringify(said));
    return said.id;
  };
  const { consumer_id, worker_name, heartbeat_interval_seconds } = hello;
  return {
    socket,
    heard,
    closed,
    say,
    beat: (more: object = {}) =>
      say('worker.heartbeat.v1', { consumer_id, worker_name, heartbeat_interval_seconds, ...more }),
    hear: (type: string) => until(type, () => heard.find((each) => each.type === type)) as Promise<Frame>,
    all: (type: string) => heard.filter((each) => each.type === type),
  };
}
export type ChannelWorker = Awaited<ReturnType<typeof channelWorker>>;
