import { setTimeout as sleep } from 'node:timers/promises';
import { exponentialBackoff, flow, getRunContext, task, unmapped, UpstreamError, wait } from '@headgate/sdk';
import { until } from '@headgate/testkit';
import { describe, expect, it, vi } from 'vitest';

const inFlow = <T>(work: () => T, options = {}) =>
  flow(async () => ({ value: await work() }), { name: 'test flow', ...options })().then(({ value }) => value);

describe('a task', () => {
  it('is tried again with the delays that were given, and keeps its context', async () => {
    const attempts: number[] = [];
    const flaky = task(
      () => {
        attempts.push(getRunContext().attempt);
        if (attempts.length < 3) throw new Error('again');
        return 'ok';
      },
      { name: 'flaky', retries: 3, retryDelaySeconds: [0.01, 0.02] },
    );
    expect(await inFlow(() => flaky())).toBe('ok');
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('waits twice as long before each retry with exponential back-off', () => {
    expect([1, 2, 3, 4].map(exponentialBackoff(2))).toEqual([2, 4, 8, 16]);
  });

  it('throws its last error when the retries are used up', async () => {
    const work = vi.fn(() => {
      throw new Error('never');
    });
    await expect(inFlow(() => task(work, { name: 'never', retries: 2 })())).rejects.toThrow('never');
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('waits for futures among its arguments, also in lists and objects', async () => {
    const one = task(() => 1, { name: 'one' });
    const sum = task((list: number[], extra: { n: number }) => list.reduce((a, b) => a + b, extra.n), { name: 'sum' });
    const total = await inFlow(() => sum([one.submit(), 2, one.submit()], { n: one.submit() } as never));
    expect(total).toBe(5);
  });

  it('does not start when a future among its arguments failed', async () => {
    const bad = task(
      (): number => {
        throw new Error('root cause');
      },
      { name: 'bad' },
    );
    const next = vi.fn((n: number) => n);
    const state = await inFlow(() =>
      task(next, { name: 'next' })
        .submit(bad.submit())
        .wait()
        .then((end) => [end]),
    );
    expect([state[0]!.type, state[0]!.name]).toEqual(['PENDING', 'NotReady']);
    expect(() => state[0]!.result()).toThrow(UpstreamError);
    expect(next).not.toHaveBeenCalled();
  });

  it('maps over lists of equal length and hands unmapped arguments to every call', async () => {
    const join = task((a: number, b: number, list: string[]) => `${a}${b}${list.join('')}`, { name: 'join' });
    const all = await inFlow(() =>
      Promise.all(join.map([1, 2], [3, 4], unmapped(['x', 'y'])).map((future) => future.result())),
    );
    expect(all).toEqual(['13xy', '24xy']);
    await expect(inFlow(() => join.map([1], [2, 3], unmapped([])).length)).rejects.toThrow(
      /different lengths \(1, 2\)/,
    );
  });

  it('is held back by the concurrency of its flow', async () => {
    let active = 0;
    let most = 0;
    const busy = task(
      async (n: number) => {
        most = Math.max(most, ++active);
        await sleep(5 + n);
        active--;
      },
      { name: 'busy' },
    );
    await inFlow(() => wait(busy.map([1, 2, 3, 4, 5, 6, 7])), { concurrency: 3 });
    expect(most).toBe(3);
  });

  it('takes its result from the cache until that has expired', async () => {
    const work = vi.fn((n: number) => n * 2);
    const options = { name: 'cached', cacheKey: (n: number) => `double ${n}` };
    const double = task(work, options);
    expect(await inFlow(async () => [await double(4), await double(4), await double(5)])).toEqual([8, 8, 10]);
    expect(work).toHaveBeenCalledTimes(2);
    const state = await inFlow(() =>
      double
        .submit(4)
        .wait()
        .then((end) => [end]),
    );
    expect(state[0]!.name).toBe('Cached');
    const brief = task(work, { ...options, cacheKey: (n) => `brief ${n}`, cacheExpirationSeconds: 0 });
    await inFlow(async () => [await brief(1), await brief(1)]);
    expect(work).toHaveBeenCalledTimes(4);
  });

  it('works outside of a flow', async () => {
    expect(await task((n: number) => n + 1, { name: 'alone' })(1)).toBe(2);
  });

  it('needs a name', () => {
    expect(() => task(() => 1)).toThrow(/needs a name/);
  });

  it('costs a flow less than a millisecond when it does nothing', async () => {
    const nothing = task((n: number) => n, { name: 'nothing' });
    // On a busy machine some tries take longer.
    await until('a thousand in a second', async () => {
      const began = performance.now();
      await inFlow(async () => {
        for (let n = 0; n < 1000; n++) await nothing(n);
      });
      return performance.now() - began < 1000;
    });
  });
});
