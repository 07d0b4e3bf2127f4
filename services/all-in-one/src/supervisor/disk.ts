import { statfs } from 'node:fs/promises';

const lookMs = 10_000;
const lowBytes = 512 * 1024 * 1024;

/** Says when the space of a folder comes to its end, and null when there is enough again. Answers how to end that. */
export function watchSpace(folder: string, onChange: (warning: string | null) => void): () => void {
  let low = false;
  const look = async () => {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    // A little more ends the warning than begins it.
    const isLow = free < (low ? lowBytes * 1.1 : lowBytes);
    if (isLow || low) onChange(isLow ? `the disk is nearly full: ${Math.floor(free / 1024 / 1024)} MB are free` : null);
    low = isLow;
  };
  const safely = () => void look().catch(() => undefined);
  safely();
  const timer = setInterval(safely, lookMs).unref();
  return () => clearInterval(timer);
}
