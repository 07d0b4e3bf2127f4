'use client';

import { MapPinOff } from 'lucide-react';
import { isKeyOf } from '@/lib/address-values';
import { CodeBlock } from '@/ui/code-block';
import { EmptyState } from '@/ui/empty-state';
import { NoSuchPlace } from '@/ui/no-such-place';

type Section = { title: string; words: string; command?: string };

/** Pages that Prefect's tools link to and that are not here: where to find what they would show. */
const elsewhere: Record<string, Section> = {
  artifacts: {
    title: 'There is no page of all artifacts',
    words: 'The page of a run shows those that it published. The command line lists all of them:',
    command: 'prefect artifact ls',
  },
  automations: { title: 'There are no automations', words: 'Headgate does not have automations yet.' },
  blocks: {
    title: 'There is no page of blocks',
    words: 'The command line lists them:',
    command: 'prefect block ls',
  },
  'concurrency-limits': {
    title: 'There is no page of concurrency limits',
    words: 'The command line lists them:',
    command: 'prefect gcl ls',
  },
  events: {
    title: 'There is no page of events',
    words: 'The command line shows them as they come:',
    command: 'prefect events stream',
  },
  variables: {
    title: 'There is no page of variables',
    words: 'The command line lists them:',
    command: 'prefect variable ls',
  },
};

export function NoSuchSection({ section }: { section: string | null }) {
  if (section === null || !isKeyOf(elsewhere, section)) return <NoSuchPlace />;
  const { title, words, command } = elsewhere[section]!;
  return (
    <div className="flex min-h-full items-center justify-center">
      <EmptyState icon={<MapPinOff />} title={title}>
        <p>{words}</p>
        {command && <CodeBlock prompt code={command} label="Copy the command" className="mt-3 text-left" />}
      </EmptyState>
    </div>
  );
}
