import { useMemo } from 'react';
import { piecesOf, plainText, type Look } from '@/lib/terminal-text';
import { cn } from '@/ui/cn';

/** The message in the colours that it asked for, with the first place marked where the search matches. */
export function LogMessage({ text, search }: { text: string; search: string }) {
  const pieces = useMemo(() => piecesOf(text), [text]);
  const sought = search.trim().toLowerCase();
  const from = sought ? plainText(text).toLowerCase().indexOf(sought) : -1;
  let at = 0;
  return pieces.map((piece, index) => {
    const start = at;
    at += piece.text.length;
    const [marked, end] = [Math.max(from - start, 0), from < 0 ? 0 : from + sought.length - start];
    const words = <Marked key={index} text={piece.text} from={marked} to={end} />;
    const look = lookOf(piece.look);
    if (!look) return words;
    return (
      <span key={index} className={look}>
        {words}
      </span>
    );
  });
}

function Marked({ text, from, to }: { text: string; from: number; to: number }) {
  if (to <= 0 || from >= text.length) return text;
  return (
    <>
      {text.slice(0, from)}
      <mark className="rounded-xs bg-pause/35 text-fg">{text.slice(from, to)}</mark>
      {text.slice(to)}
    </>
  );
}

const colours: Record<string, string> = {
  bad: 'text-bad',
  ok: 'text-ok',
  pause: 'text-pause',
  run: 'text-run',
  sched: 'text-sched',
  accent: 'text-accent',
};

const lookOf = ({ color, bold, faint, italic, underline }: Look): string | undefined =>
  cn(
    color ? colours[color] : faint && 'text-muted',
    bold && 'font-bold',
    italic && 'italic',
    underline && 'underline',
  ) || undefined;
