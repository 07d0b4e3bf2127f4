'use client';

import { useDeferredValue, useMemo, useState } from 'react';
import { ArrowDownToLine, Download, ScrollText, X } from 'lucide-react';
import { useReconnects } from '@/lib/connection';
import { plural } from '@/lib/format';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { SearchInput } from '@/ui/input';
import { Select } from '@/ui/select';
import { Skeleton } from '@/ui/skeleton';
import { Tooltip } from '@/ui/tooltip';
import { saveFile } from './save-file';
import { LogLines } from './log-lines';
import { asText, filterLines, levelChoices, type Line } from './log-view';
import { useRunLogs } from './use-run-logs';

type Props = {
  flowRunId: string;
  fileName: string;
  /** Only the lines of this task run. */
  task: { id: string; name: string } | null;
  onClearTask: () => void;
  taskNames: ReadonlyMap<string, string>;
  live: boolean;
};

export function LogPanel({ flowRunId, fileName, task, onClearTask, taskNames, live }: Props) {
  const { lines, error, reload } = useRunLogs(flowRunId);
  const [level, setLevel] = useState('0');
  const [search, setSearch] = useState('');
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
        <SearchInput value={search} onChange={setSearch} placeholder="Search the log" className="w-full sm:w-56" />
        <Select value={level} onChange={setLevel} options={levelChoices} aria-label="Level" className="w-44" />
        {task && (
          <Button size="sm" onClick={onClearTask} aria-label={`Show the log of the whole run instead of ${task.name}`}>
            <span className="max-w-40 truncate">{task.name}</span>
            <X aria-hidden />
          </Button>
        )}
        <span className="ml-auto text-xs text-faint tabular-nums">{lines && countOf(shown, lines)}</span>
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
