// Preloaded into an api: appends how many megabytes of the young there were before each collection, and after it, to a file.
import fs from 'node:fs';
import v8 from 'node:v8';

const file = process.env.YOUNG_GARBAGE;
const everyMs = 200;
const youngOf = ({ heapSpaceStatistics }) =>
  heapSpaceStatistics.find(({ spaceName }) => spaceName === 'new_space').spaceUsedSize / 2 ** 20;

if (file) {
  let profiler = new v8.GCProfiler();
  profiler.start();
  setInterval(() => {
    const { statistics } = profiler.stop();
    profiler = new v8.GCProfiler();
    profiler.start();
    for (const { gcType, beforeGC, afterGC } of statistics)
      if (gcType === 'Scavenge') fs.appendFileSync(file, `${youngOf(beforeGC)} ${youngOf(afterGC)}\n`);
  }, everyMs).unref();
}
