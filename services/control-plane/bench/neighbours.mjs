// M14: what a workspace notices of a neighbour that floods. Some quiet tenants create runs of a deployment, one at a time,
// have them claimed by an idle agent and report their states, alone and beside each kind of flood, in turns.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { signUp } from '@headgate/testkit';
import { cpuOfMachine, cpuOfProcess } from './cpu.mjs';
import { createClient, quantile } from './driver.mjs';
import { makeDeployment } from './workloads.mjs';

export const floods = ['bulk', 'creates', 'schedules', 'logs', 'events', 'searches', 'sockets'];
const asks = ['create', 'claim', 'report'];
const tenantsMax = 5;
const timesMax = 2;
/** Of 16 MB each. */
const segmentsMax = 60;

/** Answers whether what the quiet ones made is all there. */
export async function neighbours({ system, sql, cpu }, { rounds, seconds, kinds = floods }) {
  const tenants = [];
  while (tenants.length < tenantsMax) tenants.push(await quietTenant(system.url));
  const noisy = await signUp(system.url);
  console.log(
    `\nM14  ${tenantsMax} quiet tenants beside a workspace that floods: p50 / p99 in ms, alone → flooded (aim: p99 ≤ ${timesMax} times)`,
  );
  await useLog(sql);
  await legOf(tenants, 2);
  let isRight = true;
  for (const kind of kinds) {
    const [alone, flooded] = [[], []];
    const told = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(await legOf(tenants, seconds));
      const flood = await startFlood(kind, noisy);
      const used = () => {
        const ours = { ...cpu(), flood: cpuOfProcess(flood.pid), 'the quiet ones': cpuOfProcess(process.pid) };
        // The figures of a machine that is busy with something else say nothing.
        const others = Object.values(ours).reduce((left, ms) => left - ms, cpuOfMachine());
        return { ...ours, others };
      };
      const before = used();
      const leg = await legOf(tenants, seconds);
      flooded.push({ ...leg, used: difference(used(), before, seconds) });
      told.push(await flood.stop());
    }
    report(kind, alone, flooded, told);
    isRight = (await areStored(sql, tenants)) && isRight;
  }
  for (const { api, made } of tenants) {
    isRight = made.every(({ claims }) => claims === 1) && isRight;
    api.close();
  }
  const made = tenants.reduce((sum, each) => sum + each.made.length, 0);
  console.log(`    ${isRight ? 'right' : 'WRONG'}: ${made} runs of the quiet ones, each claimed once and completed`);
  return isRight;
}

/**
 * As in a database that has been at work for a while: its log has segments to write again. While a new one is filled with
 * zeros nobody commits, which a database of some minutes does every few seconds of a flood (docs/benchmarks.md).
 */
async function useLog(sql) {
  const { rows } = await sql.query("select current_setting('is_superuser') = 'on' as may");
  if (!rows[0].may) return;
  for (let segments = 0; segments < segmentsMax; segments++)
    await sql.query("select pg_logical_emit_message(false, '', ''), pg_switch_wal()");
  await sql.query('checkpoint');
}

async function quietTenant(url) {
  const account = await signUp(url);
  const api = createClient(account.apiUrl, account.key, 4);
  return { account, api, deployment: await makeDeployment(api, `quiet-${randomUUID()}`, true), made: [] };
}

async function legOf(tenants, seconds) {
  const durations = Object.fromEntries(asks.map((ask) => [ask, []]));
  // What the one who measures is late by itself.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await Promise.all(tenants.map((tenant) => live(tenant, seconds, durations)));
  delay.disable();
  return { ...durations, late: delay.percentile(99) / 1e6 };
}

/** Of one core, in percent. */
const difference = (after, before, seconds) =>
  Object.fromEntries(Object.entries(after).map(([who, ms]) => [who, Math.round((ms - before[who]) / seconds / 10)]));

/** Creates a run, has it claimed by the agent that waits for it, reports that it runs and that it has ended; pauses. */
async function live({ api, deployment, made }, seconds, durations) {
  const wish = { agent_name: 'quiet', agent_id: randomUUID(), limit: 10, wait_seconds: 10 };
  const timed = async (ask, work) => {
    const started = performance.now();
    const answer = await work();
    durations[ask].push(performance.now() - started);
    return answer;
  };
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(20 + Math.random() * 60)) {
    let claimedAt = 0;
    const claimed = api.post(`/headgate/work_pools/${deployment.pool}/claim`, wish).then((answer) => {
      claimedAt = performance.now();
      return answer;
    });
    // The agent is there before the run is.
    await wait(15);
    const run = await timed('create', () => api.post(`/deployments/${deployment.id}/create_flow_run`, {}));
    const createdAt = performance.now();
    const { runs } = await claimed;
    durations.claim.push(Math.max(0, claimedAt - createdAt));
    made.push({ id: run.id, claims: runs.filter(({ flow_run }) => flow_run.id === run.id).length });
    for (const type of ['RUNNING', 'COMPLETED'])
      await timed('report', () =>
        api.post(`/flow_runs/${run.id}/set_state`, { state: { type, state_details: { transition_id: randomUUID() } } }),
      );
  }
}

/** A process of its own: what it has to do must not keep the quiet ones from looking at their clock. */
async function startFlood(kind, account) {
  const child = fork(new URL('flood.mjs', import.meta.url), [kind, JSON.stringify(account)], {
    stdio: 'inherit',
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let told;
  child.on('message', (message) => (told = message));
  while (!told) await wait(20);
  // It begins before it is measured.
  await wait(500);
  return {
    pid: child.pid,
    stop: async () => {
      told = null;
      child.send('stop');
      while (!told && child.exitCode === null) await wait(20);
      await ended;
      return told;
    },
  };
}

function report(kind, alone, flooded, told) {
  const all = (legs, ask) => legs.flatMap((leg) => leg[ask]);
  const figures = (values) => `${quantile(values, 0.5).toFixed(1)} / ${quantile(values, 0.99).toFixed(1)}`;
  const parts = asks.map((ask) => {
    const [one, other] = [all(alone, ask), all(flooded, ask)];
    const times = quantile(other, 0.99) / quantile(one, 0.99);
    return `${ask} ${figures(one)} → ${figures(other)} (${times.toFixed(1)} times${times > timesMax ? ', missed' : ''})`;
  });
  const middle = (legs, of) => Math.round(quantile(legs.map(of), 0.5));
  const cpu = Object.keys(flooded[0].used).map((who) => `${who} ${middle(flooded, ({ used }) => used[who])} %`);
  const late = [alone, flooded].map((legs) => middle(legs, (leg) => leg.late));
  const sum = (key) => told.reduce((total, each) => total + (each?.[key] ?? 0), 0);
  console.log(`    ${kind.padEnd(9)} ${parts.join('   ')}`);
  console.log(
    `              the neighbour: ${sum('done')} done, ${sum('refused')} asked to come again, ${sum('failed')} failed; CPU of a core: ${cpu.join(', ')}; the clock is late by ${late.join(' → ')} ms`,
  );
}

async function areStored(sql, tenants) {
  const { rows } = await sql.query(
    "select count(*)::int as n from flow_run where state_type = 'COMPLETED' and run_count = 1 and id = any($1::uuid[])",
    [tenants.flatMap(({ made }) => made.map(({ id }) => id))],
  );
  const made = tenants.reduce((total, each) => total + each.made.length, 0);
  return rows[0].n === made;
}
