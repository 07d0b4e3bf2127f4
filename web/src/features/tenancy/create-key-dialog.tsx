'use client';

import { useState } from 'react';
import { useMutation } from 'urql';
import { z } from 'zod';
import { apiKeyCreateBody } from '@headgate/contracts/rest/tenancy';
import { CreateApiKeyDocument } from '@/generated/graphql';
import { serverNow } from '@/lib/server-clock';
import { bySchema, useSentForm } from '@/lib/use-sent-form';
import { Button } from '@/ui/button';
import { CodeBlock } from '@/ui/code-block';
import { Dialog } from '@/ui/dialog';
import { Form, FormField, FormSelect } from '@/ui/form';
import { FormActions } from '@/ui/form-actions';
import { Input } from '@/ui/input';
import { expirationOf, expiries } from './key-expiry';

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

export function CreateKeyDialog({ open, onOpenChange }: Props) {
  const [secret, setSecret] = useState<string | null>(null);
  const change = (next: boolean) => {
    onOpenChange(next);
    if (!next) setSecret(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={secret ? 'Your new API key' : 'Create an API key'}
      description={
        secret
          ? 'Copy it now: it is stored only as a hash and cannot be shown again.'
          : 'A key lets a command line, an agent or a script act as you.'
      }
    >
      {secret ? <Secret secret={secret} onDone={() => change(false)} /> : <KeyForm onCreated={setSecret} />}
    </Dialog>
  );
}

const check = bySchema(apiKeyCreateBody.pick({ name: true }).extend({ expiry: z.string() }));

function KeyForm({ onCreated }: { onCreated: (secret: string) => void }) {
  const [, create] = useMutation(CreateApiKeyDocument);
  const sent = useSentForm({
    start: { name: '', expiry: '90' },
    check,
    fieldOf: { expiration: 'expiry' },
    send: async ({ name, expiry }) => {
      const { data, error } = await create({ name, expiration: expirationOf(expiry, serverNow()) });
      if (data) onCreated(data.createApiKey.key);
      return { error };
    },
  });
  return (
    <Form form={sent}>
      <FormField name="name" label="Name" hint="So that you know later where it is used.">
        <Input placeholder="laptop" autoFocus required />
      </FormField>
      <FormSelect name="expiry" label="Expires" options={expiries} />
      <FormActions>
        <Button type="submit" variant="primary" loading={sent.busy}>
          Create key
        </Button>
      </FormActions>
    </Form>
  );
}

const Secret = ({ secret, onDone }: { secret: string; onDone: () => void }) => (
  <div className="space-y-4">
    <CodeBlock code={secret} label="Copy the key" />
    <div className="flex justify-end">
      <Button variant="primary" onClick={onDone}>
        I have copied it
      </Button>
    </div>
  </div>
);
