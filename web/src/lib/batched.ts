/** Collects values and hands them on together, at most once in `everyMs`. Call `stop` when nobody listens any more. */
export function batched<T>(deliver: (values: T[]) => void, everyMs: number) {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const values = waiting;
    waiting = [];
    deliver(values);
  };
  return {
    push(value: T) {
      waiting.push(value);
      timer ??= setTimeout(flush, everyMs);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
