import fs from 'node:fs';
import path from 'node:path';

export const logBytesMax = 10 * 1024 * 1024;
export const oldLogsMax = 3;
const lookMs = 5_000;

/** A log that is written as long as there is room: a full disk ends nothing. Only its owner reads it. */
export class LogFile {
  private fd: number | null = null;

  constructor(private readonly file: string) {}

  write(line: string): void {
    try {
      this.fd ??= fs.openSync(this.file, 'a', 0o600);
      fs.writeSync(this.fd, `${line}\n`);
    } catch {
      // The line is lost.
    }
  }

  close(): void {
    if (this.fd !== null) fs.closeSync(this.fd);
    this.fd = null;
  }
}

/** Keeps the logs of a folder small and to their owner, whoever writes them. Answers how to end that. */
export function keepLogs(folder: string): () => void {
  const look = () =>
    fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .forEach((name) => keepLog(path.join(folder, name)));
  const safely = () => {
    try {
      look();
    } catch {
      // The next look tries again.
    }
  };
  safely();
  const timer = setInterval(safely, lookMs).unref();
  return () => clearInterval(timer);
}

/**
 * Copied away and emptied in place: its writers, some of them other programs, hold it open to append. What does not fit on
 * the disk is let go of.
 */
export function keepLog(file: string, bytesMax = logBytesMax): void {
  const { size, mode } = fs.statSync(file);
  if ((mode & 0o077) !== 0) fs.chmodSync(file, 0o600);
  if (size <= bytesMax) return;
  const old = (at: number) => `${file}.${at}`;
  fs.rmSync(old(oldLogsMax), { force: true });
  for (let at = oldLogsMax - 1; at > 0; at--) if (fs.existsSync(old(at))) fs.renameSync(old(at), old(at + 1));
  try {
    fs.copyFileSync(file, old(1));
  } catch {
    fs.rmSync(old(1), { force: true });
  }
  fs.truncateSync(file);
}
