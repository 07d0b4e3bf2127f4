export { Agent, type AgentOptions } from './agent/agent.js';
export type { Journal, Outcome, RunName } from './agent/journal.js';
