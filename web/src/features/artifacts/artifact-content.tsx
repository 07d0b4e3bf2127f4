import { ExternalLink } from 'lucide-react';
import { Picture } from '@/ui/markdown/laid-out';
import { Markdown } from '@/ui/markdown/markdown';
import { JsonView } from '@/ui/json-view';
import { Table, Td, Th, Tr } from '@/ui/table';
import { readLink } from './link-data';
import { parsed, readTable, type TableData } from './table-data';

type Props = { type: string | null; data: unknown };

/** An artifact as a table, a link, an image, a bar of progress, a text, or else as JSON. */
export function ArtifactContent({ type, data }: Props) {
  const table = type === 'table' ? readTable(data) : null;
  if (table) return <DataTable table={table} />;
  const link =
    type === 'link' || (type === 'markdown' && typeof data === 'string' && data.length < 2000) ? readLink(data) : null;
  if (link)
    return (
      <p className="p-4 text-sm">
        <a
          href={link.href}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1.5 font-medium text-accent hover:underline"
        >
          {link.text}
          <ExternalLink className="size-3.5" aria-hidden />
        </a>
      </p>
    );
  const value = parsed(data);
  if (type === 'image' && typeof value === 'string')
    return (
      <div className="p-4 text-sm">
        <Picture src={value} alt="" />
      </div>
    );
  if (type === 'markdown' && typeof data === 'string')
    return <Markdown text={data} className="max-h-200 overflow-auto p-4" />;
  if (type === 'progress' && typeof value === 'number') return <Progress percent={value} />;
  if (typeof data === 'string' && typeof value === 'string')
    return <pre className="max-h-120 overflow-auto p-4 font-sans text-sm break-words whitespace-pre-wrap">{data}</pre>;
  return (
    <div className="p-4">
      <JsonView value={value} />
    </div>
  );
}

const DataTable = ({ table }: { table: TableData }) => (
  <div className="max-h-120 overflow-auto">
    <Table>
      <thead>
        <tr>
          {table.columns.map((column) => (
            <Th key={column} className="sticky top-0 bg-surface">
              {column}
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.slice(0, 500).map((row, index) => (
          <Tr key={index}>
            {row.map((value, column) => (
              <Td key={table.columns[column]} className="h-9 max-w-80 truncate tabular-nums" title={value}>
                {value}
              </Td>
            ))}
          </Tr>
        ))}
      </tbody>
    </Table>
    {table.rows.length > 500 && (
      <p className="p-3 text-center text-xs text-faint">The first 500 of {table.rows.length} rows.</p>
    )}
  </div>
);

const Progress = ({ percent }: { percent: number }) => (
  <div className="flex items-center gap-3 p-4 text-sm tabular-nums">
    <div role="progressbar" aria-valuenow={percent} className="h-2 flex-1 overflow-hidden rounded-full bg-sunken">
      <div className="h-full rounded-full bg-accent" style={{ width: `${Math.min(100, Math.max(0, percent))}%` }} />
    </div>
    {Math.round(percent)}%
  </div>
);
