'use client';

import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'next/navigation';
import type { CombinedError } from 'urql';
import { safeNext } from '@/lib/paths';
import { duration } from '@/lib/format';
import { useNow } from '@/lib/now';
import { fieldErrors, retryAfterSeconds, sayError } from '@/lib/say-error';

type Answer = { error?: CombinedError };

/** What sign-in and sign-up share: send, show what is wrong, go on to where the visitor wanted to be. */
export function useEntry(send: () => Promise<Answer>) {
  const next = safeNext(useSearchParams().get('next'));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CombinedError>();
  const [openAt, setOpenAt] = useState(0);
  const now = useNow({ paused: openAt === 0 });
  const secondsLeft = Math.max(0, Math.ceil((openAt - now) / 1000));
  useEffect(() => {
    if (openAt === 0 || secondsLeft > 0) return;
    setOpenAt(0);
    setError(undefined);
  }, [openAt, secondsLeft]);
  const forget = () => {
    setOpenAt(0);
    setError(undefined);
  };
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => void (left.current = true);
  }, []);
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    const answer = await send();
    // Who has gone to another page meanwhile is doing something else there.
    if (left.current) return;
    const wait = answer.error ? retryAfterSeconds(answer.error) : null;
    setOpenAt(wait === null ? 0 : Date.now() + wait * 1000);
    setError(answer.error);
    setBusy(false);
    if (answer.error) return;
    // A page of its own, for nothing of the visitor before may stay in memory, and what a page may do is said when it loads.
    location.replace(next);
  };
  const fields = fieldErrors(error);
  const wait = openAt > 0 && secondsLeft > 0 ? duration(secondsLeft) : null;
  const whole = error && Object.keys(fields).length === 0 ? sayError(error) : null;
  const general = wait ? `Too many attempts. Try again in ${wait}.` : whole;
  return { submit, forget, busy, fields, general, next, wait: wait && `You can try again in ${wait}.` };
}

export type Entry = ReturnType<typeof useEntry>;
