import { expect, test } from 'vitest';
import type { Config } from '../../../core/config/config.js';
import { Live } from '../../../core/live/live.js';
import { createLogger } from '../../../core/log/logger.js';
import { SignInLimits } from './sign-in-limits.js';

test('while Redis is away, a process counts for itself', async () => {
  const config = { redis: { url: 'redis://127.0.0.1:1' }, access: { signInTries: 2 } } as Config;
  const live = new Live(config, createLogger('silent', 'tool'));
  const limits = new SignInLimits(live, config);
  await limits.take('a@example.test', 'here');
  await limits.take('a@example.test', 'here');
  await expect(limits.take('a@example.test', 'here')).rejects.toMatchObject({ kind: 'tooMany' });
  await limits.take('b@example.test', 'here');
  live.onApplicationShutdown();
});
