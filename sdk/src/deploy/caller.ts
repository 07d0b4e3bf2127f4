import { fileURLToPath } from 'node:url';

/** The file that called the function, from the stack; null where there is none. */
export function callerFile(called: (...args: any[]) => unknown): string | null {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, called);
  const line = holder.stack?.split('\n')[1] ?? '';
  const place = /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?)(?:\?[^:]*)?:\d+:\d+\)?$/.exec(
    line
      .trim()
      .replace(/^at .*\(/, '(')
      .replace(/^at (async )?/, ''),
  )?.[1];
  if (!place) return null;
  return place.startsWith('file://') ? fileURLToPath(place) : place;
}
