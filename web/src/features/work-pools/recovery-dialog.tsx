'use client';

import { toast } from 'sonner';
import { useMutation } from 'urql';
import { SetPoolRecoveryDocument } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { unlessWrong, useSentForm } from '@/lib/use-sent-form';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Form, FormField } from '@/ui/form';
import { FormActions } from '@/ui/form-actions';
import { Input } from '@/ui/input';
import { changeOf, draftOf, limits, wrongIn, type Draft } from './recovery';
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
  const [, save] = useMutation(SetPoolRecoveryDocument);
  const sent = useSentForm({
    start: draftOf(pool.recovery),
    check: (draft: Draft) => unlessWrong(wrongIn(draft), () => changeOf(draft, pool.recovery)),
    send: async (input) => {
      const { data, error } = await save({ workspaceId, name: pool.name, input });
      if (!data) return { error };
      toast.success(`Saved for “${pool.name}”.`);
      onDone();
      return {};
    },
  });
  return (
    <Form form={sent}>
      {limits.map(({ name, label, hint }) => (
        <FormField key={name} name={name} label={label} hint={hint}>
          <Input inputMode="numeric" placeholder="the default" />
        </FormField>
      ))}
      <FormActions>
        <Button type="submit" variant="primary" loading={sent.busy}>
          Save
        </Button>
      </FormActions>
    </Form>
  );
}
