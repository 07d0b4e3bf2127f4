import type { DeploymentWholeFragment } from '@/generated/graphql';
import { Card } from '@/ui/card';
import { Table, Td, Th, Tr } from '@/ui/table';
import { fieldsOf, kindWord } from '@/features/schema-form/read-schema';
import { stringifyExact } from '@/lib/exact-json';

const shown = (value: unknown) => (value === undefined ? '–' : stringifyExact(value));

/** The parameters of the flow: their types, their defaults, and what this deployment sets. */
export function ParameterTable({ deployment }: { deployment: DeploymentWholeFragment }) {
  const fields = fieldsOf(deployment.parameterOpenapiSchema);
  const own = (deployment.parameters ?? {}) as Record<string, unknown>;
  if (fields.length === 0) return null;
  return (
    <Card className="overflow-hidden">
      <Table>
        <thead>
          <tr>
            <Th>Parameter</Th>
            <Th>Type</Th>
            <Th>Default</Th>
            <Th>Set here</Th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <Tr key={field.name}>
              <Td>
                <span className="font-mono text-xs">{field.name}</span>
                {field.required && (
                  <span className="text-bad" title="Needed">
                    {' '}
                    *
                  </span>
                )}
                {field.description && <span className="block text-xs text-faint">{field.description}</span>}
              </Td>
              <Td className="text-muted">{kindWord(field)}</Td>
              <Td className="max-w-52 truncate font-mono text-xs text-muted">{shown(field.fallback)}</Td>
              <Td className="max-w-52 truncate font-mono text-xs">{shown(own[field.name])}</Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
