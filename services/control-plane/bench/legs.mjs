// One leg of a workload on one server, and how legs are told of.
import { cpuBetween } from './cpu.mjs';
import { quantile } from './driver.mjs';

/** `used` is the CPU of a part of the work, where only that is asked. Runs `metric.work` for so many seconds: rate, percentiles in ms, CPU per operation in ms, and whether all is stored. */
export async function legOf(metric, side, seconds) {
  const before = side.cpu();
  const started = Date.now();
  const { durations, operations = durations.length, lag, used, check, count } = await metric.work({ ...side, seconds });
  const elapsed = (Date.now() - started) / 1000;
  const all = used ?? cpuBetween(before, side.cpu());
  const [found, isRight] = side.sql ? await check() : await counted(count, operations);
  const [server, database] = [all.server / operations, all.database / operations];
  return {
    rate: operations / elapsed,
    p50: quantile(durations, 0.5),
    p99: quantile(durations, 0.99),
    server,
    database,
    cpu: server + database,
    valkey: all.valkey === undefined ? undefined : all.valkey / operations,
    lag,
    found,
    isRight,
  };
}

/** What a server says by itself that it has; it may need a moment. */
async function counted(count, operations) {
  let found = await count();
  for (const deadline = Date.now() + 30_000; found < operations && Date.now() < deadline; found = await count())
    await new Promise((resolve) => setTimeout(resolve, 250));
  return [`${found} of ${operations}`, found === operations];
}

const median = (results, key) =>
  quantile(
    results.map((result) => result[key]),
    0.5,
  );

export function report({ id, name, aim }, results, seconds) {
  console.log(`\n${id}  ${name}`);
  tell(results, aim);
  for (const { found, isRight } of results) console.log(`    ${isRight ? 'right' : 'WRONG'}: ${found}`);
  console.log(`    (median of ${results.length} legs of ${seconds} s)`);
}

function tell(results, aim = {}) {
  const figure = (key, digits, unit) => {
    const value = median(results, key);
    const missed = aim[key] !== undefined && (key === 'rate' ? value < aim[key] : value > aim[key]);
    const wanted =
      aim[key] === undefined ? '' : ` (aim ${key === 'rate' ? '≥' : '≤'} ${aim[key]}${missed ? ', missed' : ''})`;
    return `${value.toFixed(digits)}${unit}${wanted}`;
  };
  const beside = results[0].valkey === undefined ? '' : `; Valkey beside them ${figure('valkey', 3, '')}`;
  console.log(
    `    ${figure('rate', 0, '/s')}   p50 ${figure('p50', 1, ' ms')}   p99 ${figure('p99', 1, ' ms')}   CPU per operation ${figure('cpu', 3, ' ms')}: server ${figure('server', 3, '')}, database ${figure('database', 3, '')}${beside}`,
  );
  if (results[0].lag !== undefined) console.log(`    readable ${figure('lag', 0, ' ms')} after the last was sent`);
}

/** The other server's figures, and how many of ours go into them: medians of the ratios of legs that ran side by side. */
export function reportRatio(name, ours, theirs, { as, isLatency = false } = {}) {
  console.log(`    ${name}${as ? `, ${as}` : ''}:`);
  tell(theirs);
  for (const { found } of theirs) console.log(`    by its own count: ${found}`);
  const ratio = (of) =>
    quantile(
      ours.map((mine, leg) => of(mine, theirs[leg])),
      0.5,
    );
  if (isLatency) {
    const [p50, p99] = ['p50', 'p99'].map((key) => ratio((mine, other) => other[key] / mine[key]).toFixed(1));
    console.log(`    it takes ${p50} times as long by p50, ${p99} times by p99`);
    return;
  }
  const rate = ratio((mine, other) => mine.rate / other.rate);
  const cpu = ratio((mine, other) => other.cpu / mine.cpu);
  console.log(`    ours: ${rate.toFixed(1)} times the rate, a ${cpu.toFixed(0)}th of its CPU per operation`);
}
