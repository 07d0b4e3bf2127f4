'use client';

import { useEffect, useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react';

/** How far a key goes among so many rows; null for keys that go nowhere. */
export function rowAfter(key: string, at: number, count: number, page: number): number | null {
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  return key in to ? Math.min(count - 1, Math.max(0, to[key]!)) : null;
}

const page = 10;

/**
 * One row of many is reached by Tab, the others from there by the arrows: a list of any length is one stop. Rows are drawn
 * only when they are in sight, so the one that is gone to is scrolled to and then focused.
 */
export function useRoving(
  rows: readonly { id: string }[],
  scrollTo: (index: number) => void,
  frame: RefObject<HTMLElement | null>,
) {
  const [at, setAt] = useState(0);
  const [wanted, want] = useState<number | null>(null);
  const active = Math.min(at, rows.length - 1);
  useEffect(() => {
    const row = wanted === null ? null : frame.current?.querySelector<HTMLElement>(`[data-row="${wanted}"]`);
    if (!row) return;
    row.focus({ preventScroll: true });
    want(null);
    // Without a list of what it depends on: the row may be drawn a moment later.
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const next = rowAfter(event.key, active, rows.length, page);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    setAt(next);
    want(next);
    scrollTo(next);
  };
  const onFocus = (event: FocusEvent<HTMLElement>) => {
    const row = event.target.closest<HTMLElement>('[data-row]')?.dataset['row'];
    if (row !== undefined) setAt(Number(row));
  };
  return { active, onKeyDown, onFocus };
}
