'use client';

import { useState, type FormEvent } from 'react';
import { useMutation } from 'urql';
import { CreateApiKeyDocument } from '@/generated/graphql';
import { fieldErrors, sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { CodeBlock } from '@/ui/code-block';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { FormError } from './form-error';
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

function KeyForm({ onCreated }: { onCreated: (secret: string) => void }) {
  const [name, setName] = useState('');
  const [expiry, setExpiry] = useState('90');
  const [{ fetching, error }, create] = useMutation(CreateApiKeyDocument);
  const fields = fieldErrors(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await create({ name: name.trim(), expiration: expirationOf(expiry, Date.now()) });
    if (data) onCreated(data.createApiKey.key);
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <FormError message={error && Object.keys(fields).length === 0 ? sayError(error) : null} />
      <Field label="Name" error={fields['name']} hint="So that you know later where it is used.">
        <Input
          name="key-name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          placeholder="laptop"
          autoFocus
        />
      </Field>
      <Field label="Expires" error={fields['expiration']}>
        <Select value={expiry} onChange={setExpiry} options={expiries} />
      </Field>
      <div className="flex justify-end pt-1">
        <Button
          type="submit"
          variant="primary"
          loading={fetching}
          disabledReason={name.trim() ? null : 'Give it a name first.'}
        >
          Create key
        </Button>
      </div>
    </form>
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
