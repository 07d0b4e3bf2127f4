import { useState, type ReactNode } from 'react';
import { Command } from 'cmdk';
import { Check, ChevronDown } from 'lucide-react';
import { buttonClass } from './button';
import { cn } from './cn';
import { Popover } from './popover';

export type Choice = { value: string; label: string; icon?: ReactNode };
type Props = {
  label: string;
  choices: Choice[];
  value: string[];
  /** Says what to make of what is chosen by then: clicks may come faster than what they lead to is shown. */
  onChange: (make: (value: string[]) => string[]) => void;
  /** What the button says while something is chosen. */
  summary?: string;
};

/** A filter of several values: a button that opens a searchable list. */
export function MultiSelect({ label, choices, value, onChange, summary }: Props) {
  const [open, setOpen] = useState(false);
  const toggle = (one: string) => onChange((now) => (now.includes(one) ? now.filter((v) => v !== one) : [...now, one]));
  const trigger = (
    <button
      type="button"
      className={cn(buttonClass(), 'max-w-56 font-normal', value.length > 0 && 'border-accent text-fg')}
    >
      <span className={cn('truncate', value.length === 0 && 'text-muted')}>
        {value.length === 0 ? label : (summary ?? `${label}: ${value.length}`)}
      </span>
      <ChevronDown className="text-faint" aria-hidden />
    </button>
  );
  return (
    <Popover trigger={trigger} open={open} onOpenChange={setOpen} className="w-64">
      <Command label={label}>
        <Command.Input
          placeholder={`Search ${label.toLowerCase()}…`}
          className="h-9 w-full border-b border-line bg-transparent px-3 text-sm outline-none focus-visible:border-accent"
        />
        <Command.List className="max-h-64 overflow-y-auto p-1">
          <Command.Empty className="px-2 py-4 text-center text-sm text-faint">Nothing found.</Command.Empty>
          {choices.map((choice) => (
            <Command.Item
              key={choice.value}
              value={`${choice.label} ${choice.value}`}
              onSelect={() => toggle(choice.value)}
              aria-checked={value.includes(choice.value)}
              className="flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-sm data-[selected=true]:bg-sunken"
            >
              <span className="flex size-4 shrink-0 items-center justify-center rounded border border-line-strong">
                {value.includes(choice.value) && <Check className="size-3 text-accent" strokeWidth={3} />}
              </span>
              {choice.icon}
              <span className="truncate">{choice.label}</span>
            </Command.Item>
          ))}
        </Command.List>
        {value.length > 0 && (
          <button
            type="button"
            onClick={() => onChange(() => [])}
            className="h-8 w-full border-t border-line text-xs text-muted hover:text-fg"
          >
            Clear
          </button>
        )}
      </Command>
    </Popover>
  );
}
