'use client';

import Link from 'next/link';
import { ArrowRightToLine } from 'lucide-react';
import { useHere } from '@/lib/session/here';
import { paths } from '@/lib/paths';
import { Card } from '@/ui/card';
import { EmptyState } from '@/ui/empty-state';
import { Cut, Table, Td, Th, Tr } from '@/ui/table';
import { readInputs, type Origin } from './read-inputs';

/** Where each argument of a task run came from. */
export function TaskRunInputs({ inputs }: { inputs: unknown }) {
  const read = readInputs(inputs);
  if (read.length === 0)
    return (
      <Card>
        <EmptyState icon={<ArrowRightToLine />} title="No inputs">
          Where the arguments of the call came from is listed here: parameters, other task runs, constants.
        </EmptyState>
      </Card>
    );
  return (
    <Card className="overflow-hidden">
      <Table>
        <thead>
          <tr>
            <Th>Argument</Th>
            <Th>Comes from</Th>
          </tr>
        </thead>
        <tbody>
          {read.map(({ name, origins }) => (
            <Tr key={name}>
              <Td className="max-w-52 font-mono text-xs">
                <Cut text={name} />
              </Td>
              <Td className="text-muted">
                <span className="flex flex-wrap gap-x-3 gap-y-1">
                  {origins.length === 0 ? 'a value' : origins.map((one, at) => <From key={at} origin={one} />)}
                </span>
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function From({ origin }: { origin: Origin }) {
  const { place } = useHere();
  const link = 'font-medium text-accent hover:underline';
  switch (origin.kind) {
    case 'task-run':
      return (
        <Link href={paths.taskRun(place, origin.id)} prefetch={false} className={link}>
          a task run
        </Link>
      );
    case 'flow-run':
      return (
        <Link href={paths.run(place, origin.id)} prefetch={false} className={link}>
          a flow run
        </Link>
      );
    default:
      return origin.words;
  }
}
