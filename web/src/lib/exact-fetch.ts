import {
  getOperationName,
  makeErrorResult,
  makeResult,
  stringifyDocument,
  type Exchange,
  type Operation,
  type OperationResult,
} from 'urql';
import { filter, make, merge, mergeMap, pipe, takeUntil, type Source } from 'wonka';
import { parseExact, stringifyExact } from './exact-json';
import { noteServerTime } from './server-clock';

const isOurs = ({ kind }: Operation) => kind === 'query' || kind === 'mutation';

/** Asks the server like urql's own exchange, but no number changes on the way there or back. */
export const exactFetchExchange: Exchange =
  ({ forward }) =>
  (operations) =>
    merge([
      pipe(
        operations,
        filter(isOurs),
        mergeMap((operation) =>
          pipe(
            answerOf(operation),
            takeUntil(
              pipe(
                operations,
                filter(({ kind, key }) => kind === 'teardown' && key === operation.key),
              ),
            ),
          ),
        ),
      ),
      pipe(
        operations,
        filter((operation) => !isOurs(operation)),
        forward,
      ),
    ]);

const answerOf = (operation: Operation): Source<OperationResult> =>
  make((observer) => {
    const leave = new AbortController();
    const answer = async () => {
      // A component that is drawn asks, lets go and asks again in one breath: that is one question.
      await Promise.resolve();
      if (leave.signal.aborted) return;
      const result = await ask(operation, leave.signal);
      if (leave.signal.aborted) return;
      observer.next(result);
      observer.complete();
    };
    void answer();
    return () => leave.abort();
  });

async function ask(operation: Operation, signal: AbortSignal): Promise<OperationResult> {
  const { fetchOptions, url } = operation.context;
  const own = typeof fetchOptions === 'function' ? fetchOptions() : fetchOptions;
  const body = {
    operationName: getOperationName(operation.query),
    query: stringifyDocument(operation.query),
    variables: operation.variables,
  };
  try {
    const response = await fetch(url, {
      ...own,
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...(own?.headers as object) },
      body: stringifyExact(body),
      signal,
    });
    noteServerTime(response.headers.get('date'));
    return await read(operation, response);
  } catch (error) {
    return makeErrorResult(operation, error as Error);
  }
}

/** Whatever is no answer of GraphQL is a failure of the way to it, as of a proxy. */
async function read(operation: Operation, response: Response): Promise<OperationResult> {
  const text = await response.text();
  let answer: unknown;
  try {
    answer = parseExact(text);
  } catch {
    return makeErrorResult(operation, new Error(response.statusText || `HTTP ${response.status}`), response);
  }
  const isAnswer = typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
  if (!isAnswer) return makeErrorResult(operation, new Error(`HTTP ${response.status}`), response);
  return makeResult(operation, answer as Parameters<typeof makeResult>[1], response);
}
