import { spawn, type ChildProcess } from 'node:child_process';

/**
 * A shell at the end of a pipe that closes when this process dies, in whatever way: then it runs the script, with the
 * words as `$1`, `$2`, …. Answers how to let it go without that.
 */
export function whenThisDies(script: string, ...words: string[]): () => void {
  if (process.platform === 'win32') return () => undefined;
  const guard = spawn('sh', ['-c', `cat >/dev/null; ${script}`, 'sh', ...words], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void }).unref?.();
  return () => {
    try {
      process.kill(-guard.pid!, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };
}

/** Tells a process that has its own process group to end when this one dies. */
export function endWithThisProcess(child: ChildProcess): void {
  if (!child.pid) return;
  const release = whenThisDies('kill -TERM "$1"', String(child.pid));
  child.once('exit', release);
}
