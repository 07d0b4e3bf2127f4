import { fileURLToPath } from 'node:url';

/** Somewhere in a file; line and column count from 1. */
export type Place = { file: string; line: number; column: number };

/** Where the function was called, from the stack; null where that is no file. */
export function callerPlace(called: (...args: any[]) => unknown): Place | null {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, called);
  const frame = holder.stack?.split('\n')[1] ?? '';
  const found = /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?)(?:\?[^:]*)?:(\d+):(\d+)\)?$/.exec(
    frame
      .trim()
      .replace(/^at .*\(/, '(')
      .replace(/^at (async )?/, ''),
  );
  if (!found) return null;
  const [, address, line, column] = found as unknown as [string, string, string, string];
  const file = address.startsWith('file://') ? fileURLToPath(address) : address;
  return { file, line: Number(line), column: Number(column) };
}
