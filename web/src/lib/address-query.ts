import { useCallback, useEffect, useState } from 'react';
import { useSearchParams } from 'next/navigation';
import { readList, readText, writeList } from './address-values';
import { useDebounced } from './debounced';

/** Sets values of the query; null takes one out. */
export type ChangeQuery = (changes: Record<string, string | null>, as?: Step) => void;

/** Whether the way back leads to what stood there before. */
type Step = 'step' | 'same';

/** The query of the address as state: what is set here survives a reload, and the link can be shared. */
export function useAddressQuery(): [URLSearchParams, ChangeQuery] {
  const query = useSearchParams();
  const change = useCallback<ChangeQuery>((changes, as = 'same') => {
    const next = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    const text = next.toString();
    if (location.search === (text ? `?${text}` : '')) return;
    // Next follows the history itself; no request is made.
    const address = (text ? `${location.pathname}?${text}` : location.pathname) + location.hash;
    if (as === 'step') window.history.pushState(null, '', address);
    else window.history.replaceState(null, '', address);
  }, []);
  return [query, change];
}

/** Makes another list of one that stands in the address by now, which may be ahead of what is shown. */
export const changeList = (change: ChangeQuery, name: string, make: (values: string[]) => string[]): void =>
  change({ [name]: writeList(make(readList(new URLSearchParams(location.search).get(name)))) || null });

/** One value of the query, as `useState` has one. What it is at first does not stand in the address. */
function useInAddress(name: string, first = ''): [string, (value: string | null) => void] {
  const [query, change] = useAddressQuery();
  const set = useCallback(
    (value: string | null) => change({ [name]: value === first ? null : value }),
    [change, name, first],
  );
  return [query.get(name) ?? first, set];
}

/** The same for what a reader makes of it: what it knows nothing of counts as nothing, and is taken out of the address. */
export function useReadInAddress<T extends string>(
  name: string,
  read: (text: string | null) => T | null,
): [T | null, (value: string | null) => void] {
  const [value, set] = useInAddress(name);
  const known = value ? read(value) : null;
  useEffect(() => {
    if (value && known === null) set(null);
  }, [value, known, set]);
  return [known, set];
}

/** The same for one of a few values: what else stands in the address is taken for the first, and taken out of it. */
export function useChoiceInAddress<T extends string>(
  name: string,
  choices: readonly T[],
  first: T = choices[0]!,
): [T, (value: string) => void] {
  const [known, set] = useReadInAddress(name, (text) => choices.find((choice) => choice === text) ?? null);
  const choose = useCallback((value: string) => set(value === first ? null : value), [set, first]);
  return [known ?? first, choose];
}

/** A text that is typed: the address, and whoever asks the server, follow when typing pauses. */
export function useTextInAddress(name: string): { text: string; setText: (text: string) => void; settled: string } {
  const [written, settle] = useInAddress(name);
  const settled = readText(written);
  const [text, setText] = useState(settled);
  const paused = useDebounced(text);
  useEffect(() => setText(settled), [settled]);
  useEffect(() => {
    if (paused === text && readText(paused) !== settled) settle(readText(paused));
    // Only what was typed is written: when the address changes by itself, the text follows it.
  }, [paused]);
  return { text, setText, settled };
}
