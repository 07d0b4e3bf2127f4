'use client';

import { Plus, X } from 'lucide-react';
import { Controller, useFieldArray, useFormContext, useWatch } from 'react-hook-form';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { useMistake } from '@/ui/form';
import { Input, Textarea } from '@/ui/input';
import { Segmented } from '@/ui/segmented';
import { Select } from '@/ui/select';
import { Switch } from '@/ui/switch';
import { childKey, draftOf } from './drafts';
import type { FormNode } from './read-schema';

type Props = { node: FormNode; path: string };

/** The fields of an object, one below the other. */
export const SchemaFields = ({ node, path = '' }: { node: FormNode; path?: string }) =>
  node.children.map((child, at) => (
    <SchemaField key={child.name} node={child} path={path ? `${path}.${childKey(at)}` : childKey(at)} />
  ));

function SchemaField({ node, path }: Props) {
  switch (node.kind) {
    case 'object':
      return (
        <Group node={node} path={path}>
          <SchemaFields node={node} path={path} />
        </Group>
      );
    case 'list':
      return <ListField node={node} path={path} />;
    case 'branches':
      return <BranchesField node={node} path={path} />;
    case 'boolean':
      return <BooleanField node={node} path={path} />;
    default:
      return <ValueField node={node} path={path} />;
  }
}

/** What a control does not say by itself. */
const hints: Partial<Record<FormNode['kind'], string>> = { json: 'As JSON.' };

const hintOf = (node: FormNode) =>
  node.description ?? (node.schema['format'] === 'duration' ? 'As ISO 8601, like PT1H30M.' : hints[node.kind]);

function ValueField({ node, path }: Props) {
  const error = useMistake(path);
  return (
    <Field label={node.title} optional={!node.required} error={error} hint={hintOf(node)}>
      <Control node={node} path={path} />
    </Field>
  );
}

/** `id` and what else a field gives its control. */
type Given = { id?: string; 'aria-invalid'?: boolean; 'aria-describedby'?: string };

function Control({ node, path, ...given }: Props & Given) {
  const { register, control, getValues } = useFormContext();
  switch (node.kind) {
    case 'choice':
      return (
        <Controller
          control={control}
          name={path}
          render={({ field }) => (
            <Select
              {...given}
              value={field.value as string}
              onChange={field.onChange}
              placeholder="Choose…"
              options={node.options.map(({ text }) => ({ value: text, label: text }))}
            />
          )}
        />
      );
    case 'json':
      return <Textarea {...given} {...register(path)} spellCheck={false} className="font-mono text-xs" rows={4} />;
    case 'number':
    case 'integer':
      return <Input {...given} {...register(path)} inputMode={node.kind === 'integer' ? 'numeric' : 'decimal'} />;
    case 'secret':
      return <Input {...given} {...register(path)} type="password" autoComplete="new-password" />;
    case 'date':
    case 'time':
      return <Input {...given} {...register(path)} type={node.kind} step={node.kind === 'time' ? 1 : undefined} />;
    case 'date-time':
      return <Input {...given} {...register(path)} type="datetime-local" step={1} />;
    default:
      return String(getValues(path) ?? '').includes('\n') ? (
        <Textarea {...given} {...register(path)} rows={4} />
      ) : (
        <Input {...given} {...register(path)} type={inputTypes[String(node.schema['format'])] ?? 'text'} />
      );
  }
}

const inputTypes: Record<string, string> = { email: 'email', uri: 'url' };

function BooleanField({ node, path }: Props) {
  const { control } = useFormContext();
  const error = useMistake(path);
  // A switch is on or off; where neither is meant, there is more to choose from.
  const isSwitch = !node.nullable && !(node.required && node.fallback === undefined);
  const Row = isSwitch ? 'label' : 'div';
  return (
    <Controller
      control={control}
      name={path}
      render={({ field }) => (
        <div data-mistake={error ? '' : undefined}>
          <Row className="flex items-center justify-between gap-4">
            <span>
              <span className="block text-sm font-medium">{node.title}</span>
              {node.description && <span className="block text-xs text-faint">{node.description}</span>}
            </span>
            {isSwitch ? (
              <Switch
                checked={field.value === 'true'}
                onChange={(checked) => field.onChange(String(checked))}
                label={node.title}
              />
            ) : (
              <Segmented
                label={node.title}
                value={field.value as string}
                onChange={field.onChange}
                options={[
                  ...(node.nullable ? [{ value: '', label: 'None' }] : []),
                  { value: 'true', label: 'Yes' },
                  { value: 'false', label: 'No' },
                ]}
              />
            )}
          </Row>
          <Mistake message={error} />
        </div>
      )}
    />
  );
}

function ListField({ node, path }: Props) {
  const { control } = useFormContext();
  const { fields, append, remove } = useFieldArray({ control, name: `${path}.items` });
  const item = node.children[0]!;
  return (
    <Group node={node} path={`${path}.items`}>
      {fields.map((field, at) => (
        <div key={field.id} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <ListItem node={{ ...item, title: `${node.title} ${at + 1}` }} path={`${path}.items.${at}.item`} />
          </div>
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Take ${node.title} ${at + 1} out`}
            onClick={() => remove(at)}
            icon={<X />}
          />
        </div>
      ))}
      <Button
        size="sm"
        icon={<Plus />}
        aria-label={`Add to ${node.title}`}
        onClick={() => append({ item: draftOf(item, undefined) })}
      >
        Add
      </Button>
    </Group>
  );
}

/** Plain values in a list need no titles in sight: there is one above the list. */
function ListItem({ node, path }: Props) {
  const error = useMistake(path);
  if (node.kind === 'object' || node.kind === 'list' || node.kind === 'branches' || node.kind === 'boolean')
    return <SchemaField node={node} path={path} />;
  return (
    <Field label={node.title} hidden error={error}>
      <Control node={node} path={path} />
    </Field>
  );
}

function BranchesField({ node, path }: Props) {
  const { control } = useFormContext();
  const branch = useWatch({ control, name: `${path}.branch` }) as string;
  const at = Number((branch ?? 'c0').slice(1));
  const chosen = node.children[at] ?? node.children[0]!;
  return (
    <Group
      node={node}
      path={path}
      extra={
        <Controller
          control={control}
          name={`${path}.branch`}
          render={({ field }) => {
            const options = node.children.map(({ title }, each) => ({ value: childKey(each), label: title }));
            return options.length > 3 ? (
              <Select
                aria-label={`Kind of ${node.title}`}
                value={field.value as string}
                onChange={field.onChange}
                options={options}
                className="w-40"
              />
            ) : (
              <Segmented
                label={`Kind of ${node.title}`}
                value={field.value as string}
                onChange={field.onChange}
                options={options}
              />
            );
          }}
        />
      }
    >
      {chosen.kind === 'object' ? (
        <SchemaFields node={chosen} path={`${path}.${childKey(at)}`} />
      ) : (
        <ListItem key={at} node={{ ...chosen, title: node.title }} path={`${path}.${childKey(at)}`} />
      )}
    </Group>
  );
}

type GroupProps = Props & { children: React.ReactNode; extra?: React.ReactNode };

function Group({ node, path, children, extra }: GroupProps) {
  const error = useMistake(`${path}.root`) ?? useMistake(path);
  return (
    <fieldset className="min-w-0" data-mistake={error ? '' : undefined}>
      <legend className="sr-only">{node.title}</legend>
      <div className="mb-1.5 flex flex-wrap items-center justify-between gap-2">
        <span className="flex items-baseline gap-1.5 text-sm font-medium" aria-hidden="true">
          {node.title}
          {!node.required && <span className="text-xs font-normal text-faint">optional</span>}
        </span>
        {extra}
      </div>
      {node.description && (
        <p className="mb-2 text-xs break-words whitespace-pre-line text-faint">{node.description}</p>
      )}
      <div className="space-y-3 border-l-2 border-line pl-3.5">{children}</div>
      <Mistake message={error} />
    </fieldset>
  );
}

const Mistake = ({ message }: { message?: string }) =>
  message ? (
    <p role="alert" className="mt-1.5 text-xs text-bad">
      {message}
    </p>
  ) : null;
