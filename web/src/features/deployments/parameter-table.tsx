import type { DeploymentWholeFragment } from '@/generated/graphql';
import { Card } from '@/ui/card';
import { Cut, NameTd, Table, Td, Th, Tr } from '@/ui/table';
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
              <NameTd className="min-w-24 sm:min-w-36">
                <span className="flex gap-1">
                  <Cut text={field.name} className="font-mono text-xs" />
                  {field.required && (
                    <span className="text-bad" title="Needed">
                      *
                    </span>
                  )}
                </span>
                {field.description && (
                  <span className="block text-xs break-words whitespace-pre-line text-faint">{field.description}</span>
                )}
              </NameTd>
              <Td className="text-muted">{kindWord(field)}</Td>
              <Td className="max-w-24 font-mono text-xs sm:max-w-52 text-muted">
                <Cut text={shown(field.fallback)} />
              </Td>
              <Td className="max-w-24 font-mono text-xs sm:max-w-52">
                <Cut text={shown(own[field.name])} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
