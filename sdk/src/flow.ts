import type { StandardSchemaV1 } from '@standard-schema/spec';
import { callerPlace, type Place } from './deploy/caller.js';
import type { DeployOptions } from './deploy/deploy.js';
import type { ServeOptions } from './deploy/serve.js';
import { define } from './engine/definitions.js';
import { callFlow, type FlowDefinition } from './engine/run-flow.js';
import type { DeploymentJson } from './client/index.js';
import { refuseWrongFlow, type FlowOptions } from './options.js';
import type { State } from './states.js';
import type { ResultOf } from './task.js';

type Object1 = Record<string, any>;
/** One object of parameters; it may be left out when nothing in it has to be given. */
type ArgsOf<Parameters> = {} extends Parameters ? [parameters?: Parameters] : [parameters: Parameters];

export interface Flow<Args extends unknown[], Result> {
  /** Runs the flow here and gives what it returns. Throws what it throws, after its retries. */
  (...args: Args): Promise<Result>;
  readonly flowName: string;
  readonly options: FlowOptions;
  /** Runs the flow here; with `returnState`, a failure is a state and not an exception. */
  run(parameters: Args[0], options: { returnState: true }): Promise<State<Result>>;
  run(parameters?: Args[0], options?: { returnState?: false }): Promise<Result>;
  /** The same flow with some options changed. */
  withOptions(options: Omit<FlowOptions, 'parameters'>): Flow<Args, Result>;
  /** Makes it a deployment that agents of a work pool run. */
  deploy(options: DeployOptions): Promise<DeploymentJson>;
  /** Makes it a deployment that this process runs, until it is told to end. */
  serve(options: ServeOptions): Promise<void>;
}

/**
 * Makes a flow of a function that takes one object of parameters. With a schema in `parameters` they are validated and typed.
 *
 * @example
 * export const hello = flow(async ({ name }) => `Hello, ${name}!`, {
 *   name: 'hello',
 *   parameters: z.object({ name: z.string().default('world') }),
 * });
 * await hello({ name: 'Ada' });
 */
export function flow<Schema extends StandardSchemaV1, R>(
  fn: (parameters: StandardSchemaV1.InferOutput<Schema>) => R,
  options: FlowOptions<Schema> & { parameters: Schema },
): Flow<ArgsOf<StandardSchemaV1.InferInput<Schema>>, ResultOf<R>>;
export function flow<Args extends [] | [Object1] | [Object1?], R>(
  fn: (...args: Args) => R,
  options?: FlowOptions<undefined>,
): Flow<Args, ResultOf<R>>;
export function flow(fn: (...args: any[]) => unknown, options: FlowOptions = {}): Flow<any[], any> {
  refuseWrongFlow(fn, options, flow);
  return make(fn, options, callerPlace(flow));
}

function make(fn: (...args: any[]) => unknown, options: FlowOptions, place: Place | null): Flow<any[], any> {
  const name = options.name ?? fn.name ?? '';
  if (name === '') throw new Error("A flow needs a name: give the function one, or flow(fn, { name: '…' }).");
  const definition: FlowDefinition = { fn, name, options, place };
  const result = async (parameters: unknown) => (await callFlow(definition, parameters)).result();
  const withOptions = (changes: FlowOptions) => {
    refuseWrongFlow(fn, changes, withOptions);
    return make(fn, { ...options, ...changes }, callerPlace(withOptions));
  };
  const made = {
    flowName: name,
    options,
    run: (parameters?: unknown, { returnState = false } = {}) =>
      returnState ? callFlow(definition, parameters) : result(parameters),
    withOptions,
    // To read schedules takes a while to load, which no run has to wait for.
    deploy: async (given: DeployOptions) => (await import('./deploy/deploy.js')).deployFlow(definition, given),
    serve: async (given: ServeOptions) => (await import('./deploy/serve.js')).serveFlow(definition, given),
  };
  const call = Object.assign((parameters?: unknown) => result(parameters), made);
  define(call, definition);
  return call as unknown as Flow<any[], any>;
}
