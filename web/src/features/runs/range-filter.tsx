'use client';

import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { ChangeQuery } from '@/lib/address-query';
import { readInstant } from '@/lib/address-values';
import { buttonClass } from '@/ui/button';
import { cn } from '@/ui/cn';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Popover } from '@/ui/popover';
import { ranges, type RunFilter } from './run-filter';

type Props = { filter: RunFilter; change: ChangeQuery };

const presets = [
  ...Object.entries(ranges).map(([value, { label }]) => ({ value, label })),
  { value: 'upcoming', label: 'Upcoming' },
];

export function RangeFilter({ filter, change }: Props) {
  const [open, setOpen] = useState(false);
  const label = presets.find((preset) => preset.value === filter.range)?.label ?? 'Chosen dates';
  const pick = (range: string) => {
    change({ range: range === 'any' ? null : range, from: null, to: null });
    setOpen(false);
  };
  const setDate = (name: 'from' | 'to', local: string) => change({ range: 'custom', [name]: fromLocal(local) });
  const trigger = (
    <button type="button" className={cn(buttonClass(), 'font-normal', filter.range !== 'any' && 'border-accent')}>
      {label}
      <ChevronDown className="text-faint" aria-hidden />
    </button>
  );
  return (
    <Popover trigger={trigger} open={open} onOpenChange={setOpen} className="w-60 p-1">
      {presets.map((preset) => (
        <button
          key={preset.value}
          type="button"
          aria-pressed={preset.value === filter.range}
          onClick={() => pick(preset.value)}
          className="flex h-8 w-full items-center rounded-md px-2 text-sm outline-offset-[-2px] hover:bg-sunken aria-pressed:font-medium aria-pressed:text-accent"
        >
          {preset.label}
        </button>
      ))}
      <div className="mt-1 space-y-3 border-t border-line p-2">
        <Field label="From">
          <Input
            type="datetime-local"
            value={toLocal(filter.from)}
            onChange={(event) => setDate('from', event.target.value)}
          />
        </Field>
        <Field label="To">
          <Input
            type="datetime-local"
            value={toLocal(filter.to)}
            onChange={(event) => setDate('to', event.target.value)}
          />
        </Field>
      </div>
    </Popover>
  );
}

/** ISO 8601 to what a date-and-time control holds, in the reader's zone. */
function toLocal(iso: string | null): string {
  if (!iso) return '';
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The other way round; null for what is no moment, or not yet: a year of five digits can be typed there. */
function fromLocal(local: string): string | null {
  const ms = /^\d{4}-/.test(local) ? Date.parse(local) : Number.NaN;
  return Number.isNaN(ms) ? null : readInstant(new Date(ms).toISOString());
}
