'use client';

import { useEffect, useState, type ReactNode } from 'react';
import { useRouter, useSearchParams } from 'next/navigation';
import { CircleCheck, CircleX, SquareTerminal } from 'lucide-react';
import { useMutation } from 'urql';
import { CreateApiKeyDocument } from '@/generated/graphql';
import { usePageTitle } from '@/lib/page-title';
import { paths } from '@/lib/paths';
import { sayError } from '@/lib/say-error';
import { serverNow } from '@/lib/server-clock';
import { Button } from '@/ui/button';
import { CodeBlock } from '@/ui/code-block';
import { ErrorState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { decline, handOver, readCallback } from './client-callback';
import { EntryFrame } from './entry-frame';
import { expirationOf } from './key-expiry';
import { useViewer } from '@/lib/session/use-viewer';

type Outcome =
  | { kind: 'done' }
  | { kind: 'declined' }
  | { kind: 'failed'; why: string }
  | { kind: 'undelivered'; key: string };

/** `/auth/client?callback=`: a command line asks for a key; the person in front of the browser decides. */
export function ClientLoginPage() {
  usePageTitle('Log a command line in');
  const router = useRouter();
  const { viewer, error, reload } = useViewer();
  const asked = useSearchParams().get('callback');
  const callback = readCallback(asked);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  useEffect(() => {
    if (viewer === null) router.replace(paths.signIn(paths.clientLogin(asked ?? '')));
  }, [viewer, router, asked]);

  if (!callback)
    return (
      <Message icon={<CircleX className="text-bad" />} title="This link cannot be used">
        A command line can be logged in only from the machine it runs on: its address must begin with http://localhost
        or http://127.0.0.1. Start the login again in the terminal.
      </Message>
    );
  if (error) return <ErrorState message={sayError(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />;
  if (!viewer)
    return (
      <EntryFrame title="Log a command line in">
        <Skeleton className="h-24" />
      </EntryFrame>
    );
  return outcome ? (
    <Result outcome={outcome} onAgain={() => setOutcome(null)} />
  ) : (
    <Ask callback={callback} email={viewer.email} onOutcome={setOutcome} />
  );
}

type AskProps = { callback: string; email: string; onOutcome: (outcome: Outcome) => void };

function Ask({ callback, email, onOutcome }: AskProps) {
  const [busy, setBusy] = useState(false);
  const [, create] = useMutation(CreateApiKeyDocument);
  const allow = async () => {
    setBusy(true);
    const name = `Command line, ${new Date().toLocaleDateString('en-GB', { dateStyle: 'medium' })}`;
    const { data, error } = await create({ name, expiration: expirationOf('90', serverNow()) });
    if (!data) return onOutcome({ kind: 'failed', why: error ? sayError(error) : 'No key was created.' });
    const { key } = data.createApiKey;
    onOutcome((await handOver(callback, key)) ? { kind: 'done' } : { kind: 'undelivered', key });
  };
  const refuse = async () => {
    setBusy(true);
    await decline(callback, 'The login was declined in the browser.');
    onOutcome({ kind: 'declined' });
  };
  return (
    <EntryFrame title="Log a command line in">
      <div className="space-y-5">
        <div className="flex gap-3 rounded-lg border border-line bg-sunken p-3 text-sm">
          <SquareTerminal className="mt-0.5 size-5 shrink-0 text-accent" aria-hidden />
          <p className="text-muted">
            A program at <span className="font-mono text-xs text-fg">{new URL(callback).host}</span> asks for an API key
            that acts as <span className="font-medium text-fg">{email}</span>. It expires in 90 days. Allow this only if
            you started it yourself a moment ago.
          </p>
        </div>
        <div className="flex gap-2">
          <Button className="flex-1" size="lg" onClick={refuse} disabled={busy}>
            Refuse
          </Button>
          <Button className="flex-1" size="lg" variant="primary" onClick={allow} loading={busy}>
            Allow
          </Button>
        </div>
      </div>
    </EntryFrame>
  );
}

function Result({ outcome, onAgain }: { outcome: Outcome; onAgain: () => void }) {
  switch (outcome.kind) {
    case 'done':
      return (
        <Message icon={<CircleCheck className="text-ok" />} title="The command line is logged in">
          Go back to your terminal. You may close this page.
        </Message>
      );
    case 'declined':
      return (
        <Message icon={<CircleX className="text-faint" />} title="Refused">
          No key was created. You may close this page.
        </Message>
      );
    case 'failed':
      return (
        <Message
          icon={<CircleX className="text-bad" />}
          title="No key was created"
          action={<Button onClick={onAgain}>Try again</Button>}
        >
          {outcome.why}
        </Message>
      );
    case 'undelivered':
      return (
        <Message
          icon={<CircleX className="text-bad" />}
          title="The command line did not answer"
          action={<CodeBlock code={outcome.key} label="Copy the key" className="w-full text-left" />}
        >
          It may have stopped waiting. A key was created all the same: paste it into the terminal, or delete it under
          API keys. It is shown only now.
        </Message>
      );
  }
}

type MessageProps = { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode };

const Message = ({ icon, title, children, action }: MessageProps) => (
  <EntryFrame title={title}>
    <div className="space-y-4">
      <div className="flex gap-3 text-sm text-muted [&_svg]:mt-0.5 [&_svg]:size-5 [&_svg]:shrink-0">
        {icon}
        <p>{children}</p>
      </div>
      {action}
    </div>
  </EntryFrame>
);
