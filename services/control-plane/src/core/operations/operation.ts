import type { Type } from '@nestjs/common';
import type { z } from 'zod';
import type { AccountCtx, Ctx, VisitorCtx } from '../access/ctx.js';
import type { Need } from '../access/needs.js';
import type { Db } from '../db/db.js';

/** Who asks, as far as it has to be known for what is needed. */
export type CallerOf<N extends Need> = N extends 'nothing' ? VisitorCtx : N extends 'sign-in' ? AccountCtx : Ctx;

/** What is told of a use case that changes something: once, for all doors, the audit and the documents. */
export type Declaration<N extends Need, Input extends z.ZodType, Answer extends z.ZodType> = {
  /** What is done to what: `flow-run.cancel`. */
  name: `${string}.${string}`;
  needs: N;
  /** What the use case is given: read by the doors, each from its own wire. */
  input: Input;
  answer: Answer;
  /** What was done, in words for people. */
  describe: (input: z.output<Input>, answer: z.output<Answer>) => string;
  /** What the audit calls it: `flow-run.cancelled`. */
  audit: string;
};

/** How an operation is done, by the service that it names. */
type Steps<Caller, Input, Result> = {
  by: Type;
  /** Looks and checks, before a transaction is held open for it. What it finds is what the change is made from. */
  prepare: ((service: unknown, ctx: Caller, input: Input) => Promise<unknown>) | null;
  /** One unit of work; null for what commits by itself. */
  change: ((service: unknown, ctx: Caller, tx: Db, prepared: unknown) => Promise<Result>) | null;
  /** What the caller waits for when the change stands. */
  follow: ((service: unknown, ctx: Caller, answer: Result, prepared: unknown) => Promise<void>) | null;
  /** Null for what is one unit of work. */
  run: ((service: unknown, ctx: Caller, input: Input) => Promise<Result>) | null;
};

/** Any operation, for lists. */
export type AnyOperation = {
  name: string;
  needs: Need;
  input: z.ZodType;
  answer: z.ZodType;
  describe: (input: never, answer: never) => string;
  audit: string;
  /** Why it commits by itself; null where the runner holds the unit of work, and can take it back. */
  commitsItself: string | null;
  steps: { by: Type };
};

/** A use case that changes something. `Result` may hold more than the declared answer says. */
export type Operation<N extends Need, Input, Result> = AnyOperation & {
  needs: N;
  describe: (input: Input, answer: Result) => string;
  steps: Steps<CallerOf<N>, Input, Result>;
};

type Service<S> = { by: abstract new (...args: never[]) => S };

/** A change in one unit of work, which the runner opens: it can be made for real, or only to see what it would do. */
export function operation<
  N extends Need,
  Input extends z.ZodType,
  Answer extends z.ZodType,
  S,
  Result extends z.output<Answer>,
  Prepared = z.output<Input>,
>(
  declared: Declaration<N, Input, Answer> &
    Service<S> & {
      prepare?: (service: S, ctx: CallerOf<N>, input: z.output<Input>) => Promise<Prepared>;
      change: (service: S, ctx: CallerOf<N>, tx: Db, prepared: Prepared) => Promise<Result>;
      follow?: (service: S, ctx: CallerOf<N>, answer: NoInfer<Result>, prepared: Prepared) => Promise<void>;
    },
): Operation<N, z.output<Input>, Result> {
  const { name, needs, input, answer, describe, audit, by, prepare = null, change, follow = null } = declared;
  const steps = { by, prepare, change, follow, run: null } as unknown as Steps<CallerOf<N>, z.output<Input>, Result>;
  return { name, needs, input, answer, describe, audit, commitsItself: null, steps };
}

/** A change that shares its statements with those of other callers, or is made of several. `why` says which. */
export function selfCommitting<
  N extends Need,
  Input extends z.ZodType,
  Answer extends z.ZodType,
  S,
  Result extends z.output<Answer>,
>(
  declared: Declaration<N, Input, Answer> &
    Service<S> & { why: string; run: (service: S, ctx: CallerOf<N>, input: z.output<Input>) => Promise<Result> },
): Operation<N, z.output<Input>, Result> {
  const { name, needs, input, answer, describe, audit, by, run, why } = declared;
  const steps = { by, prepare: null, change: null, follow: null, run } as unknown as Steps<
    CallerOf<N>,
    z.output<Input>,
    Result
  >;
  return { name, needs, input, answer, describe, audit, commitsItself: why, steps };
}

/** The operations of a module, as its container holds them. */
export class OperationList {
  constructor(readonly operations: readonly AnyOperation[]) {}
}

/** Among the providers of a module: all operations that a file declares. */
export const provideOperations = (declared: Record<string, AnyOperation>) => ({
  provide: Symbol('operations'),
  useValue: new OperationList(Object.values(declared)),
});
