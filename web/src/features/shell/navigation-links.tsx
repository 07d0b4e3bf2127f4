import Link, { useLinkStatus } from 'next/link';
import { LoaderCircle } from 'lucide-react';
import type { Place } from '@/lib/paths';
import { cn } from '@/ui/cn';
import { navigation } from './navigation';

/** The pages of a workspace. */
export const Navigation = ({ place, section }: { place: Place; section: string | null }) => (
  <nav aria-label="Workspace" className="mt-4 flex flex-col gap-0.5">
    {navigation.map((entry) => (
      <Link
        key={entry.label}
        href={entry.href(place)}
        prefetch={false}
        aria-current={entry.section === section ? 'page' : undefined}
        className={cn(
          'flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-muted transition-colors hover:bg-line/50 hover:text-fg',
          entry.section === section && 'bg-line/70 text-fg',
        )}
      >
        <entry.icon className={cn('size-4', entry.section === section ? 'text-accent' : 'text-faint')} aria-hidden />
        {entry.label}
        <OnTheWay />
      </Link>
    ))}
  </nav>
);

/** A page that is not there yet, because the server is slow or away, is seen to be asked for. */
const OnTheWay = () =>
  useLinkStatus().pending && <LoaderCircle className="ml-auto size-3.5 animate-spin text-faint" aria-hidden />;
