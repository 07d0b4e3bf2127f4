import { useEffect, useState } from 'react';
import { layOut } from './lay-out';

/** What a text looks like; `later` while it is laid out, `never` where that cannot be, or takes too long. */
export type Html = { __html: string } | 'later' | 'never';

export function useHtml(text: string): Html {
  const [html, setHtml] = useState<Html>('later');
  useEffect(() => {
    const gone = new AbortController();
    void layOut(text, gone.signal).then((found) => {
      if (!gone.signal.aborted) setHtml(found === null ? 'never' : { __html: found });
    });
    return () => gone.abort();
  }, [text]);
  return html;
}
