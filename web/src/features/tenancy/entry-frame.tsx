import type { ReactNode } from 'react';
import { Button } from '@/ui/button';
import { Logo } from '@/ui/logo';

type Props = { title: string; lead?: ReactNode; children: ReactNode; foot?: ReactNode };

/** The page around sign-in, sign-up and what else stands before a workspace. */
export function EntryFrame({ title, lead, children, foot }: Props) {
  return (
    <main className="relative flex min-h-full flex-col items-center overflow-hidden px-4 py-[12vh]">
      <Water />
      <div className="relative w-full max-w-sm">
        <div className="mb-6 flex items-center justify-center gap-2.5">
          <Logo className="size-8" />
          <span className="text-lg font-semibold tracking-tight">Headgate</span>
        </div>
        <div className="rounded-xl border border-line bg-surface p-6 shadow-high">
          <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
          {lead && <p className="mt-1 text-sm text-muted">{lead}</p>}
          <div className="mt-5">{children}</div>
        </div>
        {foot && <p className="mt-5 text-center text-sm text-muted">{foot}</p>}
      </div>
    </main>
  );
}

type SubmitProps = { busy: boolean; wait: string | null; children: ReactNode };

/** The button that sends the form; it says how long it will not. */
export function EntrySubmit({ busy, wait, children }: SubmitProps) {
  return (
    <Button type="submit" variant="primary" size="lg" className="w-full" loading={busy} disabledReason={wait}>
      {children}
    </Button>
  );
}

/** Lines of a current behind the card. */
const Water = () => (
  <svg
    aria-hidden="true"
    viewBox="0 0 1200 400"
    preserveAspectRatio="none"
    className="absolute inset-x-0 bottom-0 h-2/5 w-full text-accent opacity-25"
    fill="none"
    stroke="currentColor"
  >
    {Array.from({ length: 9 }, (_, line) => {
      const y = 60 + line * 38;
      const swing = 26 - line * 1.5;
      return (
        <path
          key={line}
          d={`M0 ${y} C 200 ${y - swing}, 300 ${y + swing}, 600 ${y} S 1000 ${y - swing}, 1200 ${y}`}
          strokeWidth="1"
          opacity={0.25 + line * 0.08}
          vectorEffect="non-scaling-stroke"
        />
      );
    })}
  </svg>
);
