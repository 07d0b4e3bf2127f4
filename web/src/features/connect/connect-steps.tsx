'use client';

import { useState } from 'react';
import { KeyRound } from 'lucide-react';
import { toast } from 'sonner';
import { useMutation, useQuery } from 'urql';
import { CreateApiKeyDocument, FirstDeploymentDocument } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { expirationOf } from '@/features/tenancy/key-expiry';
import { isServed, usePools } from '@/features/work-pools/use-pools';
import { sayError } from '@/lib/say-error';
import { serverNow } from '@/lib/server-clock';
import { Button } from '@/ui/button';
import { CodeBlock } from '@/ui/code-block';
import { Segmented } from '@/ui/segmented';
import { Select } from '@/ui/select';
import { agentSteps, pythonSteps, usualPool, type Step } from './connect-commands';

const keyDays = '90';

export const languages = ['typescript', 'python'] as const;

type Props = { language: string; setLanguage: (language: string) => void };

/** The commands that connect a machine, with a key made on the spot. */
export function ConnectSteps({ language, setLanguage }: Props) {
  const { workspace, workspaceId } = useHere();
  const [key, setKey] = useState<string | null>(null);
  const { names, pool, choose } = usePoolChoice();
  const [{ data }] = useQuery({ query: FirstDeploymentDocument, variables: { workspaceId, pool } });
  const deployment = data?.deployments.nodes[0]?.fullName ?? null;
  const wanted = { origin: location.origin, workspace, key, pool, deployment };
  const steps = language === 'python' ? pythonSteps(wanted) : agentSteps(wanted);
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex flex-wrap items-center gap-3">
          <Segmented
            label="Language"
            value={language}
            onChange={setLanguage}
            options={[
              { value: 'typescript', label: 'TypeScript' },
              { value: 'python', label: 'Python' },
            ]}
          />
          {language === 'typescript' && <PoolChoice names={names} pool={pool} onChoose={choose} />}
        </div>
        {key ? (
          <span className="text-xs text-muted">
            The key is in the command. It is shown only now and expires in {keyDays} days.
          </span>
        ) : (
          <CreateKeyHere onKey={setKey} />
        )}
      </div>
      <ol className="space-y-5">
        {steps.map((step, index) => (
          <OneStep key={step.title} step={step} number={index + 1} />
        ))}
      </ol>
    </div>
  );
}

const OneStep = ({ step, number }: { step: Step; number: number }) => (
  <li className="flex gap-3.5">
    <span
      aria-hidden="true"
      className="flex size-6 shrink-0 items-center justify-center rounded-full border border-line-strong text-xs font-semibold text-muted"
    >
      {number}
    </span>
    <div className="min-w-0 flex-1">
      <h3 className="text-sm leading-6 font-semibold">{step.title}</h3>
      <p className="mb-2 text-sm text-muted">
        <WithCode text={step.hint} />
      </p>
      {step.file && (
        <div className="mb-2">
          <p className="mb-1 font-mono text-2xs text-faint">{step.file.name}</p>
          <CodeBlock code={step.file.text} label={`Copy ${step.file.name}`} />
        </div>
      )}
      <CodeBlock prompt code={step.code} label={`Copy: ${step.title}`} />
    </div>
  </li>
);

/** What stands between backticks is code. */
const WithCode = ({ text }: { text: string }) =>
  text.split('`').map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      <code key={at} className="rounded bg-sunken px-1 py-0.5 font-mono text-xs">
        {part}
      </code>
    ),
  );

/** The pool that the commands are about: one that there is, or a new one that `agent start` creates. */
function usePoolChoice() {
  const { pools } = usePools();
  const [chosen, choose] = useState<string | null>(null);
  const known = (pools ?? []).filter((each) => each.type === 'process');
  const names = [...new Set([...known.map((each) => each.name), usualPool])];
  const pool = chosen ?? known.find(isServed)?.name ?? known[0]?.name ?? usualPool;
  return { names, pool, choose };
}

type PoolChoiceProps = { names: string[]; pool: string; onChoose: (pool: string) => void };

const PoolChoice = ({ names, pool, onChoose }: PoolChoiceProps) =>
  names.length > 1 && (
    <Select
      aria-label="Work pool"
      value={pool}
      onChange={onChoose}
      options={names.map((name) => ({ value: name, label: `Pool ${name}` }))}
      className="w-36"
    />
  );

function CreateKeyHere({ onKey }: { onKey: (key: string) => void }) {
  const [{ fetching }, create] = useMutation(CreateApiKeyDocument);
  const press = async () => {
    const { data, error } = await create({ name: 'First machine', expiration: expirationOf(keyDays, serverNow()) });
    if (error) toast.error(sayError(error));
    if (data) onKey(data.createApiKey.key);
  };
  return (
    <Button variant="primary" icon={<KeyRound />} loading={fetching} onClick={press}>
      Create a key for {keyDays} days and fill it in
    </Button>
  );
}
