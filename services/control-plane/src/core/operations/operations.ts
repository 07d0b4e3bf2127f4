import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { Ctx } from '../access/ctx.js';
import type { Need } from '../access/needs.js';
import { AppError, conflict, forbidden, invariant } from '../errors/app-error.js';
import { Metrics } from '../health/metrics.js';
import { Work } from '../unit-of-work/work.js';
import { OperationList, type AnyOperation, type CallerOf, type Operation } from './operation.js';

type Counted = { inc(): void };
type Known = { service: unknown; done: Counted; refused: Counted; failed: Counted };

/** What came of an operation that was taken back: what it would have answered, and what it would have done in words. */
export type Rehearsal<Result> = { answer: Result; words: string };

/** Runs operations: checks rights, opens the unit of work, counts what came of it. All doors come through here. */
@Injectable()
export class Operations implements OnModuleInit {
  private readonly known = new Map<AnyOperation, Known>();

  constructor(
    private readonly modules: ModulesContainer,
    private readonly container: ModuleRef,
    private readonly work: Work,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const providers = [...this.modules.values()].flatMap((module) => [...module.providers.values()]);
    const lists = new Set(providers.map(({ instance }) => instance as unknown));
    for (const list of lists) if (list instanceof OperationList) for (const each of list.operations) this.add(each);
  }

  /** In the order of their names. */
  list(): AnyOperation[] {
    return [...this.known.keys()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async run<N extends Need, Input, Result>(
    ctx: CallerOf<N>,
    operation: Operation<N, Input, Result>,
    input: Input,
  ): Promise<Result> {
    const known = this.knownOf(operation);
    try {
      refuseUnlessMay(ctx as Partial<Ctx>, operation);
      const answer = await this.perform(known, ctx, operation, input);
      known.done.inc();
      return answer;
    } catch (error) {
      (error instanceof AppError ? known.refused : known.failed).inc();
      throw error;
    }
  }

  /** Does it, says what was done, and takes it back: nobody hears of it, and nothing follows. */
  async rehearse<N extends Need, Input, Result>(
    ctx: CallerOf<N>,
    operation: Operation<N, Input, Result>,
    input: Input,
  ): Promise<Rehearsal<Result>> {
    const { service } = this.knownOf(operation);
    const { prepare, change } = operation.steps;
    refuseUnlessMay(ctx as Partial<Ctx>, operation);
    if (!change) throw conflict(`${operation.name} cannot be rehearsed: ${operation.commitsItself}.`);
    const prepared = prepare ? await prepare(service, ctx, input) : input;
    const answer = await this.work.rehearse((tx) => change(service, ctx, tx, prepared));
    return { answer, words: operation.describe(input, answer) };
  }

  private async perform<N extends Need, Input, Result>(
    { service }: Known,
    ctx: CallerOf<N>,
    { steps: { prepare, change, follow, run } }: Operation<N, Input, Result>,
    input: Input,
  ): Promise<Result> {
    if (!change) return run!(service, ctx, input);
    const prepared = prepare ? await prepare(service, ctx, input) : input;
    const answer = await this.work.during((tx) => change(service, ctx, tx, prepared));
    if (follow) await follow(service, ctx, answer, prepared);
    return answer;
  }

  private add(operation: AnyOperation): void {
    for (const { name } of this.known.keys()) invariant(name !== operation.name, `one operation is called ${name}`);
    const counted = (outcome: string) => this.metrics.operations.labels({ operation: operation.name, outcome });
    this.known.set(operation, {
      service: this.container.get(operation.steps.by, { strict: false }),
      done: counted('done'),
      refused: counted('refused'),
      failed: counted('failed'),
    });
  }

  private knownOf(operation: AnyOperation): Known {
    const known = this.known.get(operation);
    invariant(known, `a module provides the operation ${operation.name}`);
    return known;
  }
}

/** A door has looked before; who comes from elsewhere has not. */
function refuseUnlessMay({ scopes }: Partial<Ctx>, { needs }: { needs: Need }): void {
  if (needs === 'nothing' || needs === 'sign-in') return;
  if (!scopes?.has(needs)) throw forbidden(`This needs the scope ${needs} in the workspace.`);
}
