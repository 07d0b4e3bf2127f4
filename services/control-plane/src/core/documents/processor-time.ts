import fs from 'node:fs';

/** Milliseconds of a processor that a thread has had. */
export type ProcessorTime = () => number;

/** Where Linux keeps what it knows of the thread that asks; null elsewhere. */
export function placeOfThisThread(): string | null {
  try {
    return `/proc/${fs.readlinkSync('/proc/thread-self')}/schedstat`;
  } catch {
    return null;
  }
}

/** Of the thread with this place. Where nobody tells it of one thread, that of the whole process: it had no more than that. */
export function processorTimeAt(place: string | null): ProcessorTime {
  return () => (place === null ? null : timeAt(place)) ?? timeOfProcess();
}

function timeAt(place: string): number | null {
  try {
    return Number.parseInt(fs.readFileSync(place, 'utf8'), 10) / 1e6;
  } catch {
    return null;
  }
}

function timeOfProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
