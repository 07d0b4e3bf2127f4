import { stringifyExact } from '@/lib/exact-json';
import { CopyButton } from './copy-button';

const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A value as indented JSON with quiet colours, and a button that copies it. */
export function JsonView({ value, label = 'Copy as JSON' }: { value: unknown; label?: string }) {
  const text = stringifyExact(value, 2);
  return (
    <div className="relative">
      <pre className="max-h-120 overflow-auto rounded-lg border border-line bg-sunken p-3.5 pr-12 font-mono text-xs leading-5 break-words whitespace-pre-wrap">
        {coloured(text)}
      </pre>
      <CopyButton text={text} label={label} className="absolute top-1.5 right-1.5 bg-sunken" />
    </div>
  );
}

function coloured(text: string) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    const [whole, string, colon] = match;
    const tint = colon ? 'text-accent' : string ? 'text-ok' : 'text-sched';
    const word = colon ? string! : whole;
    parts.push(text.slice(end, match.index));
    parts.push(
      <span key={match.index} className={tint}>
        {word}
      </span>,
    );
    end = match.index + word.length;
  }
  return [...parts, text.slice(end)];
}
