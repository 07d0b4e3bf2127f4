import { signUp, until } from '@headgate/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stored } from './checks.js';
import { Clients } from './clients.js';
import { Hands } from './hands.js';
import { begunBy, expectBegunOnce, expectRunsKept, expectTrueStates, expectWordsKept } from './nothing-lost.js';
import { numbers } from './numbers.js';
import { names, startVictims, type Victims } from './victims.js';

/**
 * Everything is killed at random moments while clients work; then what is stored is held against what was promised.
 * `HEADGATE_FAULTS_SEED` repeats a sequence, `HEADGATE_FAULTS_SECONDS` makes it longer.
 */
const seed = Number(process.env['HEADGATE_FAULTS_SEED'] ?? 20261121);
const seconds = Number(process.env['HEADGATE_FAULTS_SECONDS'] ?? 25);

let victims: Victims;
let stored: Stored;
let clients: Clients;
let hands: Hands;
let api: Awaited<ReturnType<typeof signUp>>;

beforeAll(
  async () => {
    victims = await startVictims();
    stored = Stored.open(victims.databaseUrl);
    api = await signUp(victims.url, 'Faults');
    clients = new Clients(api);
    await api.api('POST', '/work_pools/', { name: 'yard', type: 'process' });
    await api.api('POST', '/v2/concurrency_limits/', { name: 'slots', limit: 2 });
    const flow = await api.api<{ id: string }>('POST', '/flows/', { name: 'faults' });
    hands = new Hands(api);
    await api.api('POST', '/work_pools/', { name: 'hands', type: 'process' });
    const deploy = (name: string, more: object) =>
      api.api<{ id: string }>('POST', '/deployments/', { name, flow_id: flow.id, ...more });
    const asked = await deploy('asked', { work_pool_name: 'yard' });
    const commands = await deploy('commands', {
      work_pool_name: 'hands',
      job_variables: { command: hands.command },
      parameter_openapi_schema: { type: 'object', properties: {} },
    });
    clients.start(flow.id, { asked: asked.id, commands: commands.id });
    await killAtRandom();
    clients.over = true;
    await until('every run that was asked for has ended', () => ended(clients.promises.asked), 300);
    clients.drained = true;
    await clients.ended();
    // To start, to work as long as the patience lasts, and to end.
  },
  600_000 + 12 * seconds * 1000,
);
afterAll(async () => {
  hands?.end();
  await stored.close();
  await victims.stop();
});

async function killAtRandom(): Promise<void> {
  const random = numbers(seed);
  const deaths: string[] = [];
  const deadline = Date.now() + seconds * 1000;
  // A busy machine gets the time that it needs.
  const patience = Date.now() + 12 * seconds * 1000;
  while (Date.now() < deadline || (!hasWorked() && Date.now() < patience)) {
    await sleep(300 + random() * 1500);
    const victim = [...names, 'agent' as const][Math.floor(random() * (names.length + 1))]!;
    deaths.push(victim);
    await (victim === 'agent' ? hands.kill() : victims.kill(victim));
  }
  console.log(`seed ${seed}, killed: ${deaths.join(' ')}`);
}

/** Whether there is enough that could be lost. */
function hasWorked(): boolean {
  const { runs, asked, logs, events } = clients.promises;
  return [runs, asked, logs, events].every((each) => each.size > 20) && hands.begun.length > 5;
}

async function ended(runs: Set<string>): Promise<boolean> {
  const open = await stored
    .number("select count(*) from flow_run where id = any($1) and state_type <> 'COMPLETED'", [[...runs]])
    .catch(() => 1);
  return open === 0;
}

test('there was something to lose', () => {
  const { runs, asked, logs, events } = clients.promises;
  console.log(`${runs.size} runs, ${asked.size} asked for, ${logs.size} lines, ${events.size} events acknowledged`);
  expect(hasWorked()).toBe(true);
});

test('a run that was acknowledged is there once, in the state that was acknowledged last', () =>
  expectRunsKept(clients.promises, stored));

test('every run is in a true state, and none is left over in a queue, a claim or a slot', () =>
  expectTrueStates(stored));

test('no run was begun twice under one claim, and none ended twice', async () => {
  await expectBegunOnce(begunBy(clients.promises), stored);
  await expectBegunOnce(hands.begun, stored);
});

test('no line and no event that was accepted is lost, and no event is there twice', () =>
  expectWordsKept(clients.promises, stored));

test('no end of Postgres, in whatever way, was the end of api or loops', () => {
  expect(victims.draggedAlong).toEqual([]);
});

test('a slot whose holder never heard that it got it comes back with the end of its lease', async () => {
  await stored.rows('update concurrency_lease set expires = now()');
  const free = async () =>
    (await stored.number('select count(*) from concurrency_lease')) === 0 &&
    (await stored.number('select active_slots from concurrency_limit')) === 0;
  await until('all slots are free', free);
});

test('list, count and detail agree, and so do the figures that are kept', async () => {
  const counted = await api.api<number>('POST', '/flow_runs/count', {});
  const listed: { id: string; state_type: string }[] = [];
  for (let offset = 0; ; offset += 200) {
    const page = await api.api<typeof listed>('POST', '/flow_runs/filter', { limit: 200, offset, sort: 'ID_DESC' });
    listed.push(...page);
    if (page.length < 200) break;
  }
  expect(new Set(listed.map((run) => run.id)).size).toBe(counted);
  for (const { id, state_type } of listed.slice(0, 50))
    expect((await api.api<{ state: { type: string } }>('GET', `/flow_runs/${id}`)).state.type).toBe(state_type);
  expect(await stored.rollupDifferences()).toEqual([]);
});
