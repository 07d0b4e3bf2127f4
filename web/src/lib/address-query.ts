import { useCallback } from 'react';
import { useSearchParams } from 'next/navigation';

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
    // Next follows the history itself; no request is made.
    window.history.replaceState(null, '', text ? `${location.pathname}?${text}` : location.pathname);
  }, []);
  return [query, change];
}
