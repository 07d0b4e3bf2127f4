import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { AppError } from '../errors/app-error.js';
import type { Turns } from '../fair/turns.js';
import { refusal } from './admission.js';
import { withinSize } from './limits/answer-size.js';

type Streamed = ExecutionResult | AsyncIterableIterator<ExecutionResult>;

/** What is answered over a socket takes turns like what is answered over HTTP. */
export async function answerInTurn(turns: Turns, party: string, args: ExecutionArgs): Promise<ExecutionResult> {
  try {
    return await turns.during('reading', party, async () => withinSize(await execute(args)));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { errors: [refusal(error.message, undefined, error.kind)] };
  }
}

/** The same for what a subscription says: it is a question that is asked again with each event. */
export async function followInTurns(turns: Turns, party: string, args: ExecutionArgs): Promise<Streamed> {
  const stream = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in stream)) return stream;
  const events = stream[Symbol.asyncIterator]();
  const said = async (rootValue: unknown) =>
    turns.during('subscriptions', party, async () => withinSize(await execute({ ...args, rootValue })));
  const answers: AsyncIterableIterator<ExecutionResult> = {
    // Not an async generator, because one that waits for its next event cannot be stopped.
    async next() {
      const { done, value } = await events.next();
      return done ? { done, value: undefined } : { done: false, value: await said(value) };
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => answers,
  };
  return answers;
}
