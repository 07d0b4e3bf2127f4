// What is looked at while the soak goes on: sizes, dead rows, memory. And whether it grew from its second third to its last.
import fs from 'node:fs';

/** By table, its partitions with it: bytes with indexes, rows that live and that are dead. */
const tables = `
  select coalesce(parent.relname, c.relname) as name, sum(pg_total_relation_size(c.oid))::float8 as bytes,
         sum(s.n_live_tup)::float8 as live, sum(s.n_dead_tup)::float8 as dead
    from pg_class c join pg_stat_user_tables s on s.relid = c.oid
    left join pg_inherits i on i.inhrelid = c.oid left join pg_class parent on parent.oid = i.inhparent
   group by 1`;
/** Goes by whole days only, however short runs are kept. */
const byDay = 'event';

const residentOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

export async function sampleOf({ sql, system, redis, startedAt }) {
  const { rows } = await sql.query(tables);
  const byTable = Object.fromEntries(rows.map(({ name, ...figures }) => [name, figures]));
  const others = rows.filter(({ name }) => name !== byDay);
  const sum = (key) => others.reduce((total, row) => total + row[key], 0);
  const memory = await redis.info('memory');
  return {
    second: (Date.now() - startedAt) / 1000,
    byTable,
    figures: {
      'database without events': sum('bytes'),
      'dead rows': sum('dead'),
      'memory of api': residentOf(system.pid('api')),
      'memory of loops': residentOf(system.pid('loops')),
      'memory of Valkey': Number(/used_memory:(\d+)/.exec(memory)[1]),
      'keys of Valkey': await redis.dbsize(),
    },
  };
}

/** What a figure may grow by from the second third to the last: a share of it, and what is nothing for its kind. */
const tolerances = {
  'database without events': [0.1, 8e6],
  'dead rows': [0.25, 50_000],
  // V8 tidies up when it likes: within minutes it has a fifth more or less.
  'memory of api': [0.25, 64e6],
  'memory of loops': [0.25, 64e6],
  'memory of Valkey': [0.1, 1e6],
  'keys of Valkey': [0.1, 20],
};

/** The means of both thirds by figure, and whether the later one is within what may be. */
export function trends(samples, seconds) {
  const third = (from, to) => samples.filter(({ second }) => second >= seconds * from && second < seconds * to);
  const [middle, last] = [third(1 / 3, 2 / 3), third(2 / 3, 1)];
  const mean = (some, of) => some.reduce((sum, each) => sum + of(each), 0) / some.length;
  return Object.entries(tolerances).map(([name, [share, nothing]]) => {
    const [before, after] = [middle, last].map((some) => mean(some, ({ figures }) => figures[name]));
    return { name, before, after, isFlat: after <= before * (1 + share) + nothing };
  });
}

/** Tables whose size grew most from the end of the second third to the end. */
export function grownTables(samples, seconds) {
  const before = samples.findLast(({ second }) => second < (seconds * 2) / 3) ?? samples[0];
  const after = samples.at(-1);
  return Object.entries(after.byTable)
    .map(([name, { bytes, live, dead }]) => ({
      name,
      bytes,
      live,
      dead,
      grown: bytes - (before.byTable[name]?.bytes ?? 0),
    }))
    .sort((one, other) => other.grown - one.grown);
}
