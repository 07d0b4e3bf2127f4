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
type Row = { id: string };
type Drawn = {
  getVirtualItems: () => readonly { index: number }[];
  range: { startIndex: number } | null;
  scrollToIndex: (index: number) => void;
};

/**
 * One row of many is reached by Tab, the others from there by the arrows: a list of any length is one stop. Rows are drawn
 * only when they are in sight, so the one that is gone to is scrolled to and then focused; while the one that was gone to
 * last is out of sight, the first in sight stands in for it. A row is remembered by its id: others may come above it.
 */
export function useRoving(rows: readonly Row[], drawn: Drawn, frame: RefObject<HTMLElement | null>) {
  const [at, setAt] = useState({ id: '', index: 0 });
  const [wanted, want] = useState<number | null>(null);
  const last = indexOf(rows, at);
  const isDrawn = drawn.getVirtualItems().some(({ index }) => index === last);
  const active = isDrawn ? last : (drawn.range?.startIndex ?? last);
  useEffect(() => {
    const row = wanted === null ? null : frame.current?.querySelector<HTMLElement>(`[data-row="${wanted}"]`);
    if (!row) return;
    row.focus({ preventScroll: true });
    want(null);
    // Without a list of what it depends on: the row may be drawn a moment later.
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const next = rowAfter(event.key, active, rows.length, page);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setAt({ id: rows[next]!.id, index: next });
    want(next);
    drawn.scrollToIndex(next);
  };
  const onFocus = (event: FocusEvent<HTMLElement>) => {
    const row = event.target.closest<HTMLElement>('[data-row]')?.dataset['row'];
    if (row !== undefined) setAt({ id: rows[Number(row)]?.id ?? '', index: Number(row) });
  };
  return { active, onKeyDown, onFocus };
}

/** Where the row is now; where it was, when it has gone. */
export function indexOf(rows: readonly Row[], at: { id: string; index: number }): number {
  if (rows[at.index]?.id === at.id) return at.index;
  const found = rows.findIndex((row) => row.id === at.id);
  return found >= 0 ? found : Math.max(0, Math.min(at.index, rows.length - 1));
}
