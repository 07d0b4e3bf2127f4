'use client';

import { useSyncExternalStore, type ReactNode } from 'react';
import { ThemeProvider } from 'next-themes';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { Toaster } from 'sonner';
import { noteGoingBack } from '@/lib/place-kept';
import { shelvePages } from '@/lib/shelved-pages';
import { tellUnseenFailures } from '@/lib/unseen-failures';
import { TooltipProvider } from '@/ui/tooltip';
import { Clients } from '@/lib/session/clients';
import { ConnectionNote } from './connection-note';

if (typeof window !== 'undefined') {
  shelvePages();
  noteGoingBack();
  tellUnseenFailures();
}

const never = () => () => {};

/** The exported files know no real address, so everything that reads one is drawn only in the browser. */
const useInBrowser = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );

export function Providers({ children }: { children: ReactNode }) {
  const inBrowser = useInBrowser();
  return (
    <ThemeProvider attribute="class" disableTransitionOnChange>
      {inBrowser && (
        <Clients>
          <TooltipProvider>{children}</TooltipProvider>
          <ConnectionNote />
        </Clients>
      )}
      <Toaster
        position="bottom-right"
        icons={{
          success: <CircleCheck className="size-4 text-ok" aria-hidden />,
          warning: <CircleAlert className="size-4 text-pause" aria-hidden />,
          error: <CircleAlert className="size-4 text-bad" aria-hidden />,
        }}
        toastOptions={{
          className: '!font-sans !bg-raised !text-fg !border-line !shadow-high !text-sm !rounded-lg',
          descriptionClassName: '!text-muted',
          // Names may be long words: they are broken where the toast ends, and none takes the whole screen.
          classNames: {
            content: 'min-w-0',
            title: 'line-clamp-6 [overflow-wrap:anywhere]',
            description: '[overflow-wrap:anywhere]',
          },
        }}
      />
    </ThemeProvider>
  );
}
