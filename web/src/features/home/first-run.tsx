'use client';

import { PageBody } from '@/ui/page';
import { useChoiceInAddress } from '@/lib/address-query';
import { useHere } from '@/lib/session/here';
import { Card } from '@/ui/card';
import { ConnectSteps, languages } from '@/features/connect/connect-steps';

/** Home of a workspace without runs. It gives way by itself when the first run arrives. */
export function FirstRun() {
  const { label } = useHere();
  const [language, setLanguage] = useChoiceInAddress('language', languages);
  return (
    <PageBody className="max-w-3xl">
      <div className="pt-[4vh] pb-6">
        <h1 className="text-2xl font-semibold tracking-tight">Run your first flow</h1>
        <p className="mt-1.5 text-base text-muted">
          {label} is ready. Connect a machine in three steps; your code runs there, and you watch it here.
        </p>
      </div>
      <Card className="p-5">
        <ConnectSteps language={language} setLanguage={setLanguage} />
      </Card>
      <p role="status" className="mt-5 flex items-center gap-2.5 text-sm text-muted">
        <span className="relative flex size-2.5" aria-hidden="true">
          <span className="absolute size-full animate-ping rounded-full bg-accent opacity-60" />
          <span className="size-2.5 rounded-full bg-accent" />
        </span>
        Waiting for the first run…
      </p>
    </PageBody>
  );
}
