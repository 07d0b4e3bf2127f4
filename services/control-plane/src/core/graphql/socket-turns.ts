import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { AppError } from '../errors/app-error.js';
import type { Turns } from '../fair/turns.js';
import { refusal } from './admission.js';
import { withinSize } from './limits/answer-size.js';

/** What is answered over a socket takes turns like what is answered over HTTP. */
export async function answerInTurn(turns: Turns, party: string, args: ExecutionArgs): Promise<ExecutionResult> {
  try {
    return await turns.during('reading', party, async () => withinSize(await execute(args)));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { errors: [refusal(error.message, undefined, error.kind)] };
  }
}
