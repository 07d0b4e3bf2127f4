import { Component, type ReactNode } from 'react';
import { cn } from '../cn';
import { Skeleton } from '../skeleton';
import { LaidOut } from './laid-out';
import { useHtml } from './use-html';

/** Longer texts are shown as they stand: nobody reads them. */
const charsMax = 100_000;

/** So much is laid out in a moment, whatever it says, and a page may have a hundred; for longer texts nobody waits. */
const charsMaxHere = 1_000;

/** Quotes, lists, brackets or emphasis inside of each other: the parser calls itself for each, or looks through all for each. */
const nestsTooDeep = /(?:>[ \t]?|[-+*][ \t]|!?\[|[*_]){300}/;

type Props = { text: string; className?: string };

/** Markdown that somebody else wrote; as it stands where it cannot be laid out, or takes too long. */
export function Markdown(props: Props) {
  const { text } = props;
  if (text.length > charsMax || nestsTooDeep.test(text)) return asItStands(text);
  if (text.length > charsMaxHere) return <Long key={text} {...props} />;
  return (
    <UnlessItFails key={text} instead={asItStands(text)}>
      <div className={look(props)}>
        <LaidOut text={text} />
      </div>
    </UnlessItFails>
  );
}

/** Laid out where the page does not wait for it. */
function Long(props: Props) {
  const html = useHtml(props.text);
  if (html === 'later') return <Skeleton className="m-4 h-40" />;
  if (html === 'never') return asItStands(props.text);
  // What React has written from a tree that was cleaned.
  return <div className={look(props)} dangerouslySetInnerHTML={html} />;
}

const look = ({ className }: Props): string => cn('markdown min-w-0 text-sm break-words', className);

const asItStands = (text: string) => (
  <figure className="min-w-0">
    <figcaption className="px-4 pt-3 text-xs text-muted">Too much to lay out: shown as it was written.</figcaption>
    <pre className="max-h-200 overflow-auto p-4 font-sans text-sm break-words whitespace-pre-wrap">{text}</pre>
  </figure>
);

/** Whatever else is too deep for the parser costs the page this text, and nothing beside it. */
class UnlessItFails extends Component<{ instead: ReactNode; children: ReactNode }, { failed: boolean }> {
  static getDerivedStateFromError = () => ({ failed: true });
  override state = { failed: false };
  override render() {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
