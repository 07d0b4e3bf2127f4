import { usePathname } from 'next/navigation';
import { sayError } from '@/lib/say-error';
import { readWorkspaceAddress } from '@/lib/paths';
import { ErrorState } from '@/ui/empty-state';
import { Logo } from '@/ui/logo';
import { Navigation } from './navigation-links';

type Props = { error: Parameters<typeof sayError>[0]; onRetry: () => void };

/**
 * The frame of a workspace page while nobody can be asked who looks: the server is away and the page was begun anew. The
 * pages of the workspace can be gone to all the same; what fails is only what they show.
 */
export function ShellFailure({ error, onRetry }: Props) {
  const address = readWorkspaceAddress(usePathname());
  return (
    <div className="flex h-full flex-col lg:flex-row">
      <aside className="shrink-0 border-b border-line p-3 lg:w-58 lg:border-r lg:border-b-0">
        <p className="flex h-11 items-center gap-2.5 px-2 font-semibold tracking-tight">
          <Logo />
          <span className="truncate">{address ? address.workspaceHandle : 'Headgate'}</span>
        </p>
        {address && <Navigation place={address} section={address.section} />}
      </aside>
      <main id="content" className="min-h-0 min-w-0 flex-1 overflow-y-auto">
        <ErrorState message={sayError(error)} onRetry={onRetry} />
      </main>
    </div>
  );
}
