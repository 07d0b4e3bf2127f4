import type { HTMLAttributes, ReactNode, TdHTMLAttributes, ThHTMLAttributes } from 'react';
import { cn } from './cn';

/** Where there is more than fits, a shadow at the side says so: not every browser shows a bar before one scrolls. */
export const Table = ({ children, className }: { children: ReactNode; className?: string }) => (
  <div className="scroll-shadows overflow-x-auto">
    <table className={cn('w-full border-collapse text-sm', className)}>{children}</table>
  </div>
);

export const Th = ({ className, ...rest }: ThHTMLAttributes<HTMLTableCellElement>) => (
  <th
    {...rest}
    className={cn(
      'h-9 border-b border-line px-4 text-left text-xs font-medium whitespace-nowrap text-faint',
      className,
    )}
  />
);

export const Tr = ({ className, ...rest }: HTMLAttributes<HTMLTableRowElement>) => (
  <tr {...rest} className={cn('border-b border-line last:border-0 hover:bg-sunken/60', className)} />
);

/** What tells rows apart. Its column takes the room that the others leave, and what is longer is cut there. */
export const NameTd = ({ className, ...rest }: TdHTMLAttributes<HTMLTableCellElement>) => (
  <Td {...rest} className={cn('w-full max-w-0 min-w-36', className)} />
);

/** A text of any length in a cell: cut where there is no room, and in full when it is pointed at. */
export const Cut = ({ text, className }: { text: string; className?: string }) => (
  <span className={cn('block truncate', className)} title={text}>
    {text}
  </span>
);

export const Td = ({ className, ...rest }: TdHTMLAttributes<HTMLTableCellElement>) => (
  <td {...rest} className={cn('h-12 px-4 align-middle', className)} />
);
