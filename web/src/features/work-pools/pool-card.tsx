'use client';

import { useState } from 'react';
import Link from 'next/link';
import { CircleCheck, CircleDashed, CirclePause } from 'lucide-react';
import { plural } from '@/lib/format';
import { useHere } from '@/lib/session/here';
import { paths } from '@/lib/paths';
import { Button, buttonClass } from '@/ui/button';
import { Card } from '@/ui/card';
import { CodeBlock } from '@/ui/code-block';
import { Cut, NameTd, Table, Td, Th, Tr } from '@/ui/table';
import { Tag } from '@/ui/tag';
import { Time } from '@/ui/time';
import { inWords } from './recovery';
import { RecoveryDialog } from './recovery-dialog';
import { nextCommand } from './start-command';
import { isServed, type Pool } from './use-pools';

export function PoolCard({ pool, runsWait }: { pool: Pool; runsWait: boolean }) {
  const { place } = useHere();
  return (
    <Card className="overflow-hidden">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
        <h2 className="min-w-0 text-base font-semibold break-words">{pool.name}</h2>
        <Tag>{pool.type}</Tag>
        <PoolStatus pool={pool} />
        <span className="text-xs text-faint">
          {pool.concurrencyLimit === null
            ? 'no limit of runs at a time'
            : `at most ${plural(pool.concurrencyLimit, 'run')} at a time`}
        </span>
        <Link
          href={paths.runs(place, { pool: [pool.name] })}
          prefetch={false}
          className={`${buttonClass({ size: 'sm' })} ml-auto`}
        >
          Runs
        </Link>
        {pool.description && <p className="w-full text-sm text-muted">{pool.description}</p>}
      </header>
      {(pool.isPaused || !isServed(pool)) && (
        <div className={`border-t border-line px-4 py-3 text-sm ${runsWait ? 'bg-pause/8' : 'text-muted'}`}>
          <p className="mb-2">
            {pool.isPaused
              ? `${runsWait ? 'Runs wait here, and the' : 'The'} pool is paused: nobody takes its runs. Resume it:`
              : `${runsWait ? 'Runs wait here, and no' : 'No'} agent or worker is connected. Start one where your code is to run:`}
          </p>
          <CodeBlock prompt code={nextCommand(pool)} label={`Copy the command for ${pool.name}`} className="max-w-xl" />
        </div>
      )}
      {pool.workers.length > 0 && <Workers workers={pool.workers} />}
      <LostRuns pool={pool} />
    </Card>
  );
}

function LostRuns({ pool }: { pool: Pool }) {
  const [changing, setChanging] = useState(false);
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-2.5">
      <p className="min-w-0 flex-1 basis-72 text-xs text-faint">{inWords(pool.recovery)}</p>
      <Button
        size="sm"
        variant="ghost"
        aria-label={`Change these times: when runs of ${pool.name} are lost`}
        onClick={() => setChanging(true)}
      >
        Change these times
      </Button>
      <RecoveryDialog pool={pool} open={changing} onOpenChange={setChanging} />
    </div>
  );
}

const Workers = ({ workers }: { workers: Pool['workers'] }) => (
  <div className="border-t border-line">
    <Table>
      <thead>
        <tr>
          <Th>Agent or worker</Th>
          <Th>Status</Th>
          <Th>Last seen</Th>
        </tr>
      </thead>
      <tbody>
        {workers.map((worker) => (
          <Tr key={worker.id}>
            <NameTd className="h-10">
              <span className="flex items-baseline gap-2">
                <Cut text={worker.name} className="font-medium" />
                {(worker.agents ?? 0) > 1 && (
                  <span className="shrink-0 text-xs text-faint">{worker.agents} agents</span>
                )}
              </span>
            </NameTd>
            <Td className="h-10">{worker.status === 'ONLINE' ? <Online /> : <Offline />}</Td>
            <Td className="h-10 text-muted">{worker.lastHeartbeat ? <Time iso={worker.lastHeartbeat} /> : 'Never'}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  </div>
);

const look = 'flex w-fit items-center gap-1.5 text-xs font-medium [&_svg]:size-4';

const Online = () => (
  <span className={`${look} text-ok`}>
    <CircleCheck aria-hidden /> Online
  </span>
);

const Offline = () => (
  <span className={`${look} text-off`}>
    <CircleDashed aria-hidden /> Offline
  </span>
);

function PoolStatus({ pool }: { pool: Pool }) {
  if (pool.isPaused || pool.status === 'PAUSED')
    return (
      <span className={`${look} text-pause`}>
        <CirclePause aria-hidden /> Paused
      </span>
    );
  return pool.status === 'READY' ? (
    <span className={`${look} text-ok`}>
      <CircleCheck aria-hidden /> Ready
    </span>
  ) : (
    <span className={`${look} text-off`}>
      <CircleDashed aria-hidden /> Not ready
    </span>
  );
}
