'use client';

import { useCallback, type ReactNode } from 'react';
import { CirclePause, Play } from 'lucide-react';
import { FormProvider } from 'react-hook-form';
import type { RunWholeFragment } from '@/generated/graphql';
import { SchemaFields } from '@/features/schema-form/schema-fields';
import { useSchemaForm } from '@/features/schema-form/use-schema-form';
import { useEvery } from '@/lib/every';
import { duration } from '@/lib/format';
import { useNow } from '@/lib/now';
import { Button } from '@/ui/button';
import { Markdown } from '@/ui/markdown/markdown';
import { useRunActions } from './use-run-actions';

export const inputFormId = 'run-input';

type Pause = NonNullable<RunWholeFragment['pause']>;
type Props = { run: RunWholeFragment; reload: () => void };

/** On the page of a paused run: what it waits for, for how long, and the form that lets it go on. */
export function PauseNote({ run, reload }: Props) {
  const { pause } = run;
  // A run pauses first and then says what it wants.
  const again = useCallback(reload, [reload]);
  useEvery(1_000, again, !pause?.wantsInput || pause.schema !== null);
  if (!pause || run.stateType !== 'PAUSED') return null;
  const isSuspended = run.stateName === 'Suspended';
  if (!pause.wantsInput)
    return pause.until ? <Frame pause={pause} title={`This run is ${isSuspended ? 'suspended' : 'paused'}`} /> : null;
  return (
    <Frame pause={pause} title="This run waits for your input">
      {pause.description && <Markdown text={pause.description} className="mb-4" />}
      {pause.schema === null ? (
        <p className="text-sm text-muted">Reading what it wants…</p>
      ) : (
        // Another pause of the same run is another form.
        <InputForm key={run.state?.id} runId={run.id} schema={pause.schema} />
      )}
    </Frame>
  );
}

function Frame({ pause, title, children }: { pause: Pause; title: string; children?: ReactNode }) {
  return (
    <section aria-label={title} className="mb-5 rounded-lg border border-pause/40 bg-surface shadow-low">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-t-lg bg-pause/8 px-4 py-2.5">
        <CirclePause className="size-4 shrink-0 text-pause" aria-hidden />
        <h2 className="text-sm font-semibold">{title}</h2>
        {pause.until && <Expiry iso={pause.until} />}
      </header>
      {children && <div className="p-4">{children}</div>}
    </section>
  );
}

function Expiry({ iso }: { iso: string }) {
  const seconds = (Date.parse(iso) - useNow()) / 1000;
  return (
    <span className="ml-auto text-xs text-muted tabular-nums">
      {seconds > 0 ? `Fails in ${duration(seconds)} if nobody resumes it` : 'Its time is over'}
    </span>
  );
}

function InputForm({ runId, schema }: { runId: string; schema: unknown }) {
  const { root, form, box, refuse, submit } = useSchemaForm(schema, null);
  const { act, busy } = useRunActions(runId);
  const send = submit(async (input) => {
    await act('resume', { input, explain: refuse });
  });
  return (
    <FormProvider {...form}>
      <form id={inputFormId} ref={box} onSubmit={send} noValidate className="max-w-xl space-y-4">
        <SchemaFields node={root} />
        <Button type="submit" variant="primary" icon={<Play />} loading={busy === 'resume'}>
          Resume with these values
        </Button>
      </form>
    </FormProvider>
  );
}
