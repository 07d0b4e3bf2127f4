import { useEffect } from 'react';

/** Where a key is a letter of what somebody writes. */
const isWriting = (element: Element | null): boolean =>
  element !== null &&
  element.closest('input, textarea, select, [contenteditable], [role=dialog], [role=menu]') !== null;

/** `Ctrl K` or `⌘K` opens the search of everything, `/` goes to the search of the page, or to that of everything. */
export function useShortcuts(searching: boolean, search: (open: boolean) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const withKey = event.metaKey || event.ctrlKey;
      if (withKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        search(!searching);
      }
      if (event.key !== '/' || withKey || event.altKey || searching || isWriting(document.activeElement)) return;
      event.preventDefault();
      const field = document.querySelector<HTMLInputElement>('#content [data-search]');
      if (!field) return search(true);
      field.focus();
      field.select();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [searching, search]);
}
