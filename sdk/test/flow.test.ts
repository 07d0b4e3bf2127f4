import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled, Completed, Failed, flow, getRunContext, ParameterError, task } from '@headgate/sdk';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

describe('a flow without a control plane', () => {
  it('gives what its function returns', async () => {
    const double = flow(({ n }: { n: number }) => n * 2, { name: 'double' });
    expect(await double({ n: 21 })).toBe(42);
  });

  it('fills in defaults of its parameters and refuses wrong ones with their place', async () => {
    const add = flow(({ a, b }) => a + b, {
      name: 'add',
      parameters: z.object({ a: z.number(), b: z.number().default(2) }),
    });
    expect(await add({ a: 1 })).toBe(3);
    await expect(add({ a: 'x' as never })).rejects.toThrow(ParameterError);
    await expect(add({ a: 'x' as never })).rejects.toThrow(/add.*a: /);
  });

  it('throws what its function throws, or gives it as a state', async () => {
    const broken = flow(
      () => {
        throw new RangeError('too far');
      },
      { name: 'broken' },
    );
    await expect(broken()).rejects.toThrow(RangeError);
    const state = await broken.run(undefined, { returnState: true });
    expect([state.type, state.name, state.message]).toEqual(['FAILED', 'Failed', 'RangeError: too far']);
  });

  it('ends as the state says that it returns', async () => {
    const states = await Promise.all(
      [Completed({ message: 'fine', name: 'Skipped' }), Failed({ message: 'no' }), Cancelled({ message: 'off' })].map(
        (state) => flow(() => state, { name: 'says' }).run(undefined, { returnState: true }),
      ),
    );
    expect(states.map((state) => `${state.type} ${state.name} ${state.message}`)).toEqual([
      'COMPLETED Skipped fine',
      'FAILED Failed no',
      'CANCELLED Cancelled off',
    ]);
  });

  it('is tried again as often as it asks for', async () => {
    const attempts: number[] = [];
    const shy = flow(
      () => {
        attempts.push(getRunContext().attempt);
        if (attempts.length < 3) throw new Error('not yet');
        return 'now';
      },
      { name: 'shy', retries: 2 },
    );
    expect(await shy()).toBe('now');
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('gives up at once when its retry condition says so', async () => {
    const work = vi.fn(() => {
      throw new Error('bad input');
    });
    await expect(flow(work, { name: 'picky', retries: 5, retryCondition: () => false })()).rejects.toThrow('bad input');
    expect(work).toHaveBeenCalledOnce();
  });

  it('fails as TimedOut when it takes too long, and its signal fires', async () => {
    let signal: AbortSignal | undefined;
    const slow = flow(
      async () => {
        signal = getRunContext().signal;
        await sleep(60_000, undefined, { signal });
      },
      { name: 'slow', timeoutSeconds: 0.05 },
    );
    const state = await slow.run(undefined, { returnState: true });
    expect([state.type, state.name]).toEqual(['FAILED', 'TimedOut']);
    expect(signal?.aborted).toBe(true);
  });

  it('waits for tasks that it submitted and did not await', async () => {
    const ended = vi.fn();
    const late = task(
      async () => {
        await sleep(30);
        ended();
      },
      { name: 'late' },
    );
    await flow(
      () => {
        late.submit();
      },
      { name: 'leaver' },
    )();
    expect(ended).toHaveBeenCalledOnce();
  });

  it('fails when one of the futures that it returns has failed', async () => {
    const odd = task(
      (n: number) => {
        if (n % 2) throw new Error(`${n} is odd`);
        return n;
      },
      { name: 'odd' },
    );
    const state = await flow(() => odd.map([1, 2, 3]), { name: 'all' }).run(undefined, { returnState: true });
    expect([state.type, state.message]).toEqual(['FAILED', '2 of 3 runs did not complete.']);
  });

  it('calls the hook of its end, whose errors change nothing', async () => {
    const calls: string[] = [];
    const hooks = {
      onCompletion: () => calls.push('completed'),
      onFailure: [
        () => {
          calls.push('failed');
          throw new Error('hook');
        },
        () => calls.push('also'),
      ],
    };
    await flow(() => 1, { name: 'good', ...hooks })();
    await expect(
      flow(
        () => {
          throw new Error('x');
        },
        { name: 'bad', ...hooks },
      )(),
    ).rejects.toThrow('x');
    expect(calls).toEqual(['completed', 'failed', 'also']);
  });

  it('runs flows inside of it with contexts of their own', async () => {
    const inner = flow(() => getRunContext().flowName, { name: 'inner' });
    const outer = flow(async () => [await inner(), getRunContext().flowName], { name: 'outer' });
    expect(await outer()).toEqual(['inner', 'outer']);
  });

  it('names its run by a function of the parameters', async () => {
    const named = flow(({ day }: { day: string }) => day && getRunContext().flowRunName, {
      name: 'named',
      flowRunName: ({ day }: { day: string }) => `run of ${day}`,
    });
    expect(await named({ day: 'Monday' })).toBe('run of Monday');
    expect(await named.withOptions({ flowRunName: 'fixed' })({ day: 'x' })).toBe('fixed');
  });

  it('cannot be asked for its context outside of a run', () => {
    expect(() => getRunContext()).toThrow(/outside of a run/);
  });
});
