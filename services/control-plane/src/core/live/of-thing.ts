/**
 * A live stream of one thing, for who may see it: it listens before the thing is looked for, so that nothing falls between.
 * Where that fails, because there is no such thing, the stream ends, and the error is the answer.
 */
export async function ofThing<Out>(
  stream: AsyncIterableIterator<Out>,
  lookFor: () => Promise<unknown>,
): Promise<AsyncIterableIterator<Out>> {
  try {
    await lookFor();
    return stream;
  } catch (error) {
    await stream.return?.();
    throw error;
  }
}
