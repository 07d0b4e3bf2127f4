import { GraphQLError, type ExecutionResult } from 'graphql';
import { tooMuch } from '../../errors/too-much.js';
import { sizeWithin } from '../../json/json-size.js';
import { limits } from './limits.js';

/** Why an answer is not given: it would be written in one go, with nobody else served meanwhile. */
export function tooLong(data: unknown): GraphQLError | null {
  if (sizeWithin(data, limits.answerBytes) !== null) return null;
  const { kind: code, message } = tooMuch(limits.answerBytes);
  return new GraphQLError(message, { extensions: { code } });
}

export function withinSize(answer: ExecutionResult): ExecutionResult {
  const error = tooLong(answer.data);
  return error ? { errors: [error] } : answer;
}
