'use client';

import { useState } from 'react';
import { useSearchParams } from 'next/navigation';
import type { CombinedError } from 'urql';
import { safeNext } from '@/lib/paths';
import { fieldErrors, sayError } from '@/lib/say-error';

type Answer = { error?: CombinedError };

/** What sign-in and sign-up share: send, show what is wrong, go on to where the visitor wanted to be. */
export function useEntry(send: () => Promise<Answer>) {
  const next = safeNext(useSearchParams().get('next'));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CombinedError>();
  const submit = async () => {
    setBusy(true);
    const answer = await send();
    setError(answer.error);
    setBusy(false);
    if (answer.error) return;
    // A page of its own, for nothing of the visitor before may stay in memory, and what a page may do is said when it loads.
    location.replace(next);
  };
  const fields = fieldErrors(error);
  const general = error && Object.keys(fields).length === 0 ? sayError(error) : null;
  return { submit, busy, fields, general, next };
}
