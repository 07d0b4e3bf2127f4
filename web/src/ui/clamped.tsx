'use client';

import { useState } from 'react';
import { cn } from './cn';

/** Text that shows its first lines, and all of them when it is asked to. */
export function Clamped({ text, className }: { text: string; className?: string }) {
  const [open, setOpen] = useState(false);
  const [isCut, setIsCut] = useState(false);
  const measure = (box: HTMLElement | null) => {
    if (box && !open) setIsCut(box.scrollHeight > box.clientHeight + 1);
  };
  return (
    <div className={className}>
      <p ref={measure} className={cn('break-words whitespace-pre-wrap', !open && 'line-clamp-4')}>
        {text}
      </p>
      {isCut && (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="mt-0.5 font-medium text-accent hover:underline"
        >
          {open ? 'Show less' : 'Show all'}
        </button>
      )}
    </div>
  );
}
