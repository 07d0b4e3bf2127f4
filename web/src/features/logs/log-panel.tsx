'use client';

import { useDeferredValue, useMemo, useState } from 'react';
import Link from 'next/link';
import { ArrowDownToLine, Download, ScrollText, X } from 'lucide-react';
import { useReconnects } from '@/lib/connection';
import { plural } from '@/lib/format';
import { useHere } from '@/lib/session/here';
import { useChoiceInAddress, useTextInAddress } from '@/lib/address-query';
import { paths } from '@/lib/paths';
import { Button, buttonClass } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { SearchInput } from '@/ui/input';
import { Select } from '@/ui/select';
import { Skeleton } from '@/ui/skeleton';
import { Tooltip } from '@/ui/tooltip';
import { saveFile } from './save-file';
import { LogLines } from './log-lines';
import { asText, filterLines, levelChoices, type Line } from './log-view';
import { useRunLogs, type LogsOf } from './use-run-logs';

type Props = {
  of: LogsOf;
  fileName: string;
  /** Only the lines of this task run. */
  task?: { id: string; name: string } | null;
  onClearTask?: () => void;
  taskNames?: ReadonlyMap<string, string>;
  live: boolean;
};

const levels = levelChoices.map(({ value }) => value);
const noNames: ReadonlyMap<string, string> = new Map();

export function LogPanel({ of, fileName, task = null, onClearTask, taskNames = noNames, live }: Props) {
  const { place } = useHere();
  const { lines, error, reload } = useRunLogs(of);
  const [level, setLevel] = useChoiceInAddress('level', levels);
  const { text: search, setText: setSearch } = useTextInAddress('log');
  const [follow, setFollow] = useState(live);
  const sought = useDeferredValue(search);
  const reconnects = useReconnects();
  const shown = useMemo(
    () => filterLines(lines ?? [], { minLevel: Number(level), search: sought, taskRunId: task?.id ?? null }),
    [lines, level, sought, task],
  );
  return (
    <div className="flex h-[min(38rem,70vh)] flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-low">
      <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
        <SearchInput
          value={search}
          onChange={setSearch}
          placeholder="Search the log"
          className="w-full sm:w-32 sm:max-w-56 sm:flex-1"
        />
        <Select
          value={level}
          onChange={setLevel}
          options={levelChoices}
          aria-label="Level"
          className="min-w-28 flex-1 sm:w-44 sm:flex-none"
        />
        {task && (
          <span className="flex min-w-0 items-center gap-1">
            <Button size="sm" onClick={onClearTask} title="Show the log of the whole run">
              <span className="max-w-40 truncate">{task.name}</span>
              <X aria-label="Show the log of the whole run" />
            </Button>
            <Link
              href={paths.taskRun(place, task.id)}
              prefetch={false}
              className={buttonClass({ size: 'sm', variant: 'ghost' })}
            >
              Open task run
            </Link>
          </span>
        )}
        <span className="ml-auto flex items-center gap-2 whitespace-nowrap">
          <span className="text-xs text-faint tabular-nums">{lines && countOf(shown, lines)}</span>
          <Tooltip content="Keep the newest line in sight">
            <Button
              size="sm"
              variant={follow ? 'secondary' : 'ghost'}
              aria-pressed={follow}
              onClick={() => setFollow(!follow)}
              icon={<ArrowDownToLine />}
            >
              Follow
            </Button>
          </Tooltip>
          <CopyButton label="Copy the lines" text={() => asText(shown)} />
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label="Download the lines"
            onClick={() => saveFile(`${fileName}.log`, asText(shown))}
          >
            <Download />
          </Button>
        </span>
      </div>
      {error && !lines ? (
        <ErrorState message={error} onRetry={reload} />
      ) : !lines ? (
        <Waiting />
      ) : shown.length === 0 ? (
        <NoLines any={lines.length > 0} live={live} />
      ) : (
        <LogLines
          key={`${task?.id}${reconnects}`}
          lines={shown}
          follow={follow}
          onFollow={setFollow}
          search={sought}
          taskNames={taskNames}
        />
      )}
    </div>
  );
}

const countOf = (shown: readonly Line[], all: readonly Line[]) =>
  shown.length === all.length
    ? plural(all.length, 'line')
    : `${shown.length.toLocaleString('en')} of ${plural(all.length, 'line')}`;

const NoLines = ({ any, live }: { any: boolean; live: boolean }) => (
  <EmptyState
    icon={<ScrollText />}
    title={any ? 'No line matches' : live ? 'Waiting for the first line' : 'This run wrote no log'}
  >
    {any ? 'Change the level or the search.' : live ? 'Lines appear here as the run writes them.' : null}
  </EmptyState>
);

const Waiting = () => (
  <div className="space-y-3 p-4" role="status" aria-label="Loading">
    {[60, 45, 70, 30, 55].map((width) => (
      <Skeleton key={width} className="h-3.5" style={{ width: `${width}%` }} />
    ))}
  </div>
);
