import { useEffect } from 'react';

/** The title of the browser tab, from the most to the least particular part. */
export function usePageTitle(...parts: (string | null | undefined)[]): void {
  const title = [...parts.filter(Boolean), 'Headgate'].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
