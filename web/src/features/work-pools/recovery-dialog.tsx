'use client';

import { useState, type FormEvent } from 'react';
import { toast } from 'sonner';
import { useMutation } from 'urql';
import { SetPoolRecoveryDocument } from '@/generated/graphql';
import { FormError } from '@/features/tenancy/form-error';
import { useHere } from '@/features/shell/workspace-context';
import { sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { changeOf, draftOf, limits, wrongIn } from './recovery';
import type { Pool } from './use-pools';

type Props = { pool: Pool; open: boolean; onOpenChange: (open: boolean) => void };

export const RecoveryDialog = ({ pool, open, onOpenChange }: Props) => (
  <Dialog
    open={open}
    onOpenChange={onOpenChange}
    title={`When runs of “${pool.name}” are lost`}
    description="How long a run may give no sign of life. Runs of our agents are watched by their leases besides."
  >
    <RecoveryForm pool={pool} onDone={() => onOpenChange(false)} />
  </Dialog>
);

function RecoveryForm({ pool, onDone }: { pool: Pool; onDone: () => void }) {
  const { workspaceId } = useHere();
  const [draft, setDraft] = useState(() => draftOf(pool.recovery));
  const [tried, setTried] = useState(false);
  const [{ fetching, error }, save] = useMutation(SetPoolRecoveryDocument);
  const wrong = tried ? wrongIn(draft) : {};
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(wrongIn(draft)).length > 0) return;
    const { data } = await save({ workspaceId, name: pool.name, input: changeOf(draft, pool.recovery) });
    if (!data) return;
    toast.success(`Saved for “${pool.name}”.`);
    onDone();
  };
  return (
    <form onSubmit={submit} className="space-y-4" noValidate>
      <FormError message={error ? sayError(error) : null} />
      {limits.map(({ name, label, hint }) => (
        <Field key={name} label={label} hint={hint} error={wrong[name]}>
          <Input
            inputMode="numeric"
            value={draft[name]}
            onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
            placeholder="the default"
          />
        </Field>
      ))}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" loading={fetching}>
          Save
        </Button>
      </div>
    </form>
  );
}
