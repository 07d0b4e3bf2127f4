import type { FlowDefinition } from './run-flow.js';

const definitions = new WeakMap<object, FlowDefinition>();

export const define = (flow: object, definition: FlowDefinition): void => void definitions.set(flow, definition);

/** What a flow is made of; null for anything that is not one. */
export const definitionOf = (flow: unknown): FlowDefinition | null =>
  typeof flow === 'function' ? (definitions.get(flow) ?? null) : null;
