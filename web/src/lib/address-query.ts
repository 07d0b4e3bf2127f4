import { useCallback, useEffect, useState } from 'react';
import { useSearchParams } from 'next/navigation';
import { useDebounced } from './debounced';

/** Sets values of the query; null takes one out. */
export type ChangeQuery = (changes: Record<string, string | null>) => void;

/** The query of the address as state: what is set here survives a reload, and the link can be shared. */
export function useAddressQuery(): [URLSearchParams, ChangeQuery] {
  const query = useSearchParams();
  const change = useCallback((changes: Record<string, string | null>) => {
    const next = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    const text = next.toString();
    if (location.search === (text ? `?${text}` : '')) return;
    // Next follows the history itself; no request is made.
    window.history.replaceState(null, '', (text ? `${location.pathname}?${text}` : location.pathname) + location.hash);
  }, []);
  return [query, change];
}

/** One value of the query, as `useState` has one. What it is at first does not stand in the address. */
export function useInAddress(name: string, first = ''): [string, (value: string | null) => void] {
  const [query, change] = useAddressQuery();
  const set = useCallback(
    (value: string | null) => change({ [name]: value === first ? null : value }),
    [change, name, first],
  );
  return [query.get(name) ?? first, set];
}

/** The same for one of a few values: what else stands in the address is taken for the first, and taken out of it. */
export function useChoiceInAddress<T extends string>(
  name: string,
  choices: readonly T[],
): [T, (value: string) => void] {
  const [value, set] = useInAddress(name, choices[0]);
  const known = choices.find((choice) => choice === value);
  useEffect(() => {
    if (known === undefined) set(null);
  }, [known, set]);
  return [known ?? choices[0]!, set];
}

/** A text that is typed: the address, and whoever asks the server, follow when typing pauses. */
export function useTextInAddress(name: string): { text: string; setText: (text: string) => void; settled: string } {
  const [settled, settle] = useInAddress(name);
  const [text, setText] = useState(settled);
  const paused = useDebounced(text);
  useEffect(() => setText(settled), [settled]);
  useEffect(() => {
    if (paused === text && paused.trim() !== settled) settle(paused.trim());
    // Only what was typed is written: when the address changes by itself, the text follows it.
  }, [paused]);
  return { text, setText, settled };
}
