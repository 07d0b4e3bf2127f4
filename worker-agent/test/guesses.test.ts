import { expect, test } from 'vitest';
import { AgentProgram } from './agent-process.js';

test.each([
  [['flow-run', 'bogus'], "unknown command 'bogus'", null],
  [['flow-run', 'xyz'], "unknown command 'xyz'", null],
  [['flow-run', 'log'], "unknown command 'log'", 'logs'],
  [['deploymnet'], "unknown command 'deploymnet'", 'deployment'],
  [['flow-run', 'ls', '--limt', '3'], "unknown option '--limt'", '--limit'],
])('agent %s: only what is near is guessed', async (typed, words, guess) => {
  const { code, stderr } = await new AgentProgram().run(...typed);
  expect([code, /Did you mean (.*)\?/.exec(stderr)?.[1] ?? null]).toEqual([2, guess]);
  expect(stderr).toContain(words);
});
