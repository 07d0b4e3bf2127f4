import { Fragment } from 'react';
import { cn } from './cn';
import { CopyButton } from './copy-button';

type Props = { code: string; label?: string; className?: string; prompt?: boolean };

/** Text for a terminal or a file, with a button that copies it; long lines go on below, for nobody scrolls to read a command. */
export function CodeBlock({ code, label = 'Copy', className, prompt }: Props) {
  return (
    <div className={cn('flex items-start rounded-lg border border-line bg-sunken', className)}>
      <pre className="min-w-0 flex-1 px-3.5 py-2.5 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap text-fg">
        {prompt ? code.split('\n').map((line, index) => <PromptLine key={index} line={line} />) : code}
      </pre>
      <CopyButton text={code} label={label} className="m-1.5 ml-0" />
    </div>
  );
}

/** Lines end between words only: `--key` in two parts would be read as two. */
const PromptLine = ({ line }: { line: string }) => (
  <div>
    <span className="text-faint select-none">$ </span>
    {line.split(' ').map((word, index) => (
      <Fragment key={index}>
        {index > 0 && ' '}
        <span className="inline-block max-w-full">{word}</span>
      </Fragment>
    ))}
  </div>
);
