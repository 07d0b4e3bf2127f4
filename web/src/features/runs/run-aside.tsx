import type { ReactNode } from 'react';
import { Card, CardHeader } from '@/ui/card';
import { StateHistory, type State } from './state-history';

type Props = { states: readonly State[]; children: ReactNode };

/** What stands beside a run or a task run: the states that it went through, and its details. */
export const RunAside = ({ states, children }: Props) => (
  <div className="space-y-5 sm:grid sm:grid-cols-2 sm:gap-5 sm:space-y-0 xl:block xl:space-y-5">
    <Card>
      <CardHeader title="States" />
      <div className="max-h-100 overflow-y-auto p-4">
        <StateHistory states={states} />
      </div>
    </Card>
    <Card>
      <CardHeader title="Details" />
      <div className="p-4">{children}</div>
    </Card>
  </div>
);
