'use client';

import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'next/navigation';
import type { DefaultValues, FieldValues } from 'react-hook-form';
import type { CombinedError } from 'urql';
import { duration } from '@/lib/format';
import { useNow } from '@/lib/now';
import { safeNext } from '@/lib/paths';
import { retryAfterSeconds } from '@/lib/say-error';
import { serverNow } from '@/lib/server-clock';
import { useSentForm, type Check } from '@/lib/use-sent-form';

type Answer = { error?: CombinedError | undefined };
type Options<Values extends FieldValues, Sent> = {
  start: DefaultValues<Values>;
  check: Check<Values, Sent>;
  send: (sent: Sent) => Promise<Answer>;
};

/** What sign-in and sign-up share: send, show what is wrong, go on to where the visitor wanted to be. */
export function useEntry<Values extends FieldValues, Sent>({ start, check, send }: Options<Values, Sent>) {
  const next = safeNext(useSearchParams().get('next'));
  const { wait, begin, end } = useWait(() => forget());
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => void (left.current = true);
  }, []);
  const sent = useSentForm<Values, Sent>({
    start,
    check,
    send: async (values) => {
      end();
      const answer = await send(values);
      // Who has gone to another page meanwhile is doing something else there.
      if (left.current) return {};
      if (answer.error) begin(retryAfterSeconds(answer.error));
      // A page of its own, for nothing of the visitor before may stay in memory, and what a page may do is said when it loads.
      else location.replace(next);
      return answer;
    },
  });
  const forget = () => {
    end();
    sent.forget();
  };
  const general = wait ? `Too many attempts. Try again in ${wait}.` : sent.general;
  return { sent: { ...sent, general }, forget, next, wait: wait && `You can try again in ${wait}.` };
}

/** How long one has to wait, in words; null when one has not. */
function useWait(onEnd: () => void) {
  const [openAt, setOpenAt] = useState(0);
  const now = useNow({ paused: openAt === 0 });
  const secondsLeft = Math.max(0, Math.ceil((openAt - now) / 1000));
  useEffect(() => {
    if (openAt > 0 && secondsLeft === 0) onEnd();
    // What ends the wait is made anew with each drawing.
  }, [openAt, secondsLeft]);
  const begin = (seconds: number | null) => setOpenAt(seconds === null ? 0 : serverNow() + seconds * 1000);
  const wait = openAt > 0 && secondsLeft > 0 ? duration(secondsLeft) : null;
  return { wait, begin, end: () => setOpenAt(0) };
}
