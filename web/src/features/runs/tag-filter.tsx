'use client';

import { useState, type FormEvent } from 'react';
import { ChevronDown, X } from 'lucide-react';
import { buttonClass } from '@/ui/button';
import { cn } from '@/ui/cn';
import { Input } from '@/ui/input';
import { Popover } from '@/ui/popover';
import { Tag } from '@/ui/tag';

type Props = { value: string[]; onChange: (make: (value: string[]) => string[]) => void };

/** A run must carry all of the tags. */
export function TagFilter({ value, onChange }: Props) {
  const [text, setText] = useState('');
  const add = (event: FormEvent) => {
    event.preventDefault();
    const tag = text.trim();
    if (tag) onChange((now) => (now.includes(tag) ? now : [...now, tag]));
    setText('');
  };
  const trigger = (
    <button type="button" className={cn(buttonClass(), 'max-w-56 font-normal', value.length > 0 && 'border-accent')}>
      <span className={cn('truncate', value.length === 0 && 'text-muted')}>
        {value.length === 0 ? 'Tags' : value.join(' + ')}
      </span>
      <ChevronDown className="text-faint" aria-hidden />
    </button>
  );
  return (
    <Popover trigger={trigger} className="w-64 p-3">
      <form onSubmit={add} className="space-y-2.5">
        <Input
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="Tag, then Enter"
          aria-label="Tag"
        />
        <div className="flex flex-wrap gap-1">
          {value.map((tag) => (
            <button
              key={tag}
              type="button"
              onClick={() => onChange((now) => now.filter((t) => t !== tag))}
              aria-label={`Remove ${tag}`}
            >
              <Tag className="hover:border-line-strong hover:text-fg">
                {tag} <X className="inline size-3" aria-hidden />
              </Tag>
            </button>
          ))}
        </div>
        <p className="text-xs text-faint">Runs must carry all of them.</p>
      </form>
    </Popover>
  );
}
