import { execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { AgentProgram, isAlive } from './agent-process.js';

const timeout = 120_000;
const stays = 'trap "" TERM; while :; do sleep 0.2; done';
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** At its address one run is to be claimed; then it goes away, or falls silent. */
async function startAddress() {
  const sockets = new Set<Socket>();
  let isSilent = false;
  let given = false;
  let begun = false;
  const run = { id: newId(), name: 'run', parameters: {}, state_type: 'PENDING', job_variables: { command: stays } };
  const claimed = {
    claim_id: newId(),
    lease_seconds: 300,
    flow_run: run,
    flow: { id: newId(), name: 'flow' },
    deployment: null,
  };
  const template = { job_configuration: { command: '{{ command }}' }, variables: { properties: {} } };
  const answer = (path: string, ids: string[]): unknown => {
    if (path.endsWith('/claim')) {
      const runs = given ? [] : [claimed];
      given = true;
      return { runs, cancelling: [] };
    }
    if (path.endsWith('/renew')) return { renewed: ids, lost: [], cancelling: [] };
    if (path.endsWith('/set_state')) {
      begun = true;
      return { status: 'ACCEPT', state: null, details: {} };
    }
    return path.includes('/work_pools/') ? { name: 'pool', base_job_template: template } : {};
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    if (isSilent) return;
    const { claim_ids: ids = [] } = JSON.parse(body || '{}') as { claim_ids?: string[] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(request.url!, ids)));
  };
  const server = createServer((request, response) => void serve(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const goAway = () => {
    server.close();
    for (const each of sockets) each.destroy();
  };
  closing.push(goAway);
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    hasBegun: () => begun,
    goAway,
    fallSilent: () => void (isSilent = true),
  };
}

/** An agent that runs what does not hear SIGTERM, with the ids of its own children: the run and the watchdog. */
async function startAgent() {
  const address = await startAddress();
  const agent = new AgentProgram({ HEADGATE_API_URL: address.apiUrl, HEADGATE_API_KEY: 'key' });
  closing.push(() => agent.end());
  const child = await agent.start('--pool', 'pool', '--warm', '0');
  await until('the run has begun', address.hasBegun);
  const children = childrenOf(child);
  const watchdog = children.find(({ args }) => args.includes('watchdog-process'))!.pid;
  return { address, agent, child, watchdog, runs: children.map(({ pid }) => pid).filter((pid) => pid !== watchdog) };
}

function childrenOf({ pid }: ChildProcess): { pid: number; args: string }[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const words = rows.map((row) => row.trim().split(/\s+/)).filter(([, parent]) => Number(parent) === pid);
  return words.map(([id, , ...args]) => ({ pid: Number(id), args: args.join(' ') }));
}

test.each(['goAway', 'fallSilent'] as const)(
  'a second signal ends agent, run and watchdog though the control plane is not there (%s)',
  { timeout },
  async (how) => {
    const { address, agent, child, watchdog, runs } = await startAgent();
    address[how]();
    child.kill('SIGINT');
    await until('it drains', () => agent.log().includes('stopping'));
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    // Sooner than the minute for which it would wait for runs.
    const late = setTimeout(() => child.kill('SIGKILL'), 45_000);
    expect(await gone).toEqual([0, null]);
    clearTimeout(late);
    await until('no watchdog stays', () => !isAlive(watchdog));
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.filter(isAlive)).toEqual([]);
  },
);

test('a watchdog that has only to tell of its agent leaves at SIGTERM', { timeout }, async () => {
  const { address, child, watchdog, runs } = await startAgent();
  address.goAway();
  child.kill('SIGKILL');
  await until('the run has ended', () => !runs.some(isAlive));
  await until('the watchdog leaves', () => {
    if (isAlive(watchdog)) process.kill(watchdog, 'SIGTERM');
    return !isAlive(watchdog);
  });
});
