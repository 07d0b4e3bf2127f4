import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSame, markOf, readMark, writeMark, type ProcessMark } from '../processes.js';

/** Longer than a process takes to drain after its supervisor has died. */
const drainSecondsMax = 15;

/** Which processes a supervisor has started, kept on disk for the one that comes after it was killed. */
export class ProcessList {
  private readonly marks = new Map<string, ProcessMark>();

  constructor(private readonly file: string) {}

  set(name: string, pid: number): void {
    this.marks.set(name, markOf(pid));
    this.write();
  }

  remove(name: string): void {
    this.marks.delete(name);
    this.write();
  }

  /** On a full disk the list stays as it was: what is not in it ends by itself when this process does. */
  private write(): void {
    const beside = `${this.file}.${process.pid}`;
    const text = [...this.marks.values()].map((mark) => `${writeMark(mark)}\n`).join('');
    try {
      fs.writeFileSync(beside, text, { mode: 0o600 });
      fs.renameSync(beside, this.file);
    } catch {
      fs.rmSync(beside, { force: true });
    }
  }
}

/** Waits until what a killed supervisor left over has drained, and ends what does not. */
export async function awaitOrphans(file: string, onProgress: (text: string) => void): Promise<void> {
  const left = () => readMarks(file).filter(isSame);
  if (left().length === 0) return;
  onProgress('waiting for the processes of a start that was killed');
  for (const deadline = Date.now() + drainSecondsMax * 1000; Date.now() < deadline; await sleep(50))
    if (left().length === 0) return;
  for (const { pid } of left()) process.kill(pid, 'SIGKILL');
}

function readMarks(file: string): ProcessMark[] {
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .map(readMark)
    .filter((mark) => mark !== null);
}
