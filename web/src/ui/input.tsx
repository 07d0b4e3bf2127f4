import type { InputHTMLAttributes, TextareaHTMLAttributes, Ref } from 'react';
import { Search, X } from 'lucide-react';
import { cn } from './cn';

export const fieldClass =
  'w-full rounded-md border border-line-strong bg-surface text-sm text-fg shadow-low transition-colors hover:border-faint focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-bad aria-invalid:outline-bad';

type InputProps = InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> };

export const Input = ({ className, ...rest }: InputProps) => (
  <input {...rest} className={cn(fieldClass, 'h-8 px-2.5', className)} />
);

type TextareaProps = TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> };

export const Textarea = ({ className, ...rest }: TextareaProps) => (
  <textarea {...rest} className={cn(fieldClass, 'min-h-20 px-2.5 py-1.5', className)} />
);

type SearchProps = { value: string; onChange: (value: string) => void; placeholder: string; className?: string };

export function SearchInput({ value, onChange, placeholder, className }: SearchProps) {
  return (
    <div className={cn('relative', className)}>
      <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-faint" aria-hidden />
      <Input
        value={value}
        onChange={(event) => onChange(event.target.value)}
        placeholder={placeholder}
        aria-label={placeholder}
        aria-keyshortcuts="/"
        data-search
        className="pr-7 pl-8"
      />
      {value !== '' && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => onChange('')}
          className="absolute top-1.5 right-1.5 rounded p-0.5 text-faint hover:text-fg"
        >
          <X className="size-4" />
        </button>
      )}
    </div>
  );
}
