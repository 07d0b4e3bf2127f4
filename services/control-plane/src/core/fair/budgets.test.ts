import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type {} from '@headgate/testkit/global-setup';
import { until } from '@headgate/testkit';
import { Redis } from 'ioredis';
import pino from 'pino';
import { Config } from '../config/config.js';
import { readEnv } from '../config/env.js';
import { Live } from '../live/live.js';
import { Budgets } from './budgets.js';

/** Two processes, as far as budgets are concerned. */
const config = new Config(
  readEnv({
    DATABASE_URL: 'postgresql://unused',
    REDIS_URL: inject('redisUrl'),
    HEADGATE_SECRET: 'x'.repeat(40),
    HEADGATE_LIMIT_EVENTS: '100',
    HEADGATE_LIMIT_RUNS: '100000',
  }),
);
const processes = [1, 2].map(() => {
  const live = new Live(config, pino({ level: 'silent' }));
  return { live, budgets: new Budgets(config, live) };
});
const [one, other] = processes as [(typeof processes)[0], (typeof processes)[0]];
const redis = new Redis(inject('redisUrl'));
beforeAll(async () => {
  for (const { budgets } of processes) budgets.onModuleInit();
  await until('both hear of each other', () => processes.every(({ live }) => live.connected));
});
afterAll(async () => {
  for (const { budgets, live } of processes) {
    budgets.onModuleDestroy();
    live.onApplicationShutdown();
  }
  await redis.quit();
});

const isRefused = (budgets: Budgets, party: string): boolean => {
  try {
    budgets.spend(party, 'events', 1);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ kind: 'tooMany' });
    return true;
  }
};

test('what one process gives is missing in the other', async () => {
  one.budgets.spend('a', 'events', 2_000);
  await until('the other has heard of it', () => isRefused(other.budgets, 'a'));
  expect(isRefused(other.budgets, 'b')).toBe(false);
});

test('a wiped Redis takes nothing from anybody and keeps nobody waiting', async () => {
  one.budgets.spend('c', 'events', 50);
  await redis.flushall();
  expect(isRefused(one.budgets, 'c')).toBe(false);
  expect(isRefused(other.budgets, 'c')).toBe(false);
});

test('a budget is not spent by who is refused', () => {
  one.budgets.spend('d', 'events', 300);
  for (let times = 0; times < 50; times++) expect(isRefused(one.budgets, 'd')).toBe(true);
  expect(() => one.budgets.spend('d', 'runs', 1)).not.toThrow();
});
