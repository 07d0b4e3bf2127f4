import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';

/** Names and values, one pair a line; what has no value has no line. */
export const Details = ({ children }: { children: ReactNode }) => (
  <dl className="grid grid-cols-[minmax(7rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-2.5 text-sm">{children}</dl>
);

export const Detail = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-faint">{name}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </>
);

export const IdDetail = ({ id }: { id: string }) => (
  <Detail name="Id">
    <span className="flex items-center gap-1">
      <span className="truncate font-mono text-xs" title={id}>
        {id}
      </span>
      <CopyButton text={id} label="Copy the id" className="-my-1 size-6" />
    </span>
  </Detail>
);
