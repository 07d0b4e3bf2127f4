// CPU time of processes as the operating system counts it, in milliseconds; and what the database counts of its work.
import fs from 'node:fs';
import { execFileSync } from 'node:child_process';
import os from 'node:os';

const tickMs = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

function read(pid, withEnded) {
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
    return (user + system + (withEnded ? endedUser + endedSystem : 0)) * tickMs;
  } catch {
    return 0;
  }
}

const childrenOf = (pid) => {
  try {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

/** Milliseconds of CPU that one process has used. */
export const cpuOfProcess = (pid) => read(pid, false);

/** A process and all that come from it. */
export const treeOf = (pid) => [pid, ...childrenOf(pid).flatMap(treeOf)];

/** The postmaster of a database on this machine. */
export async function postmasterOf(client) {
  const { rows } = await client.query('show data_directory');
  return Number(fs.readFileSync(`${rows[0].data_directory}/postmaster.pid`, 'utf8').split('\n')[0]);
}

/** CPU of the server processes, of the database with all its backends, and of Valkey where it is one of this machine, so far. */
export function cpuOf(servers, postmaster, valkeyPid) {
  const server = servers.reduce((sum, pid) => sum + read(pid, false), 0);
  const database = read(postmaster, true) + childrenOf(postmaster).reduce((sum, pid) => sum + read(pid, false), 0);
  return { server, database, ...(valkeyPid && { valkey: read(valkeyPid, false) }) };
}

/** Of the whole machine, whoever used it. */
export const cpuOfMachine = () =>
  os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);

/** What was used between two looks, by who used it. */
export const cpuBetween = (before, after) =>
  Object.fromEntries(Object.entries(after).map(([who, ms]) => [who, ms - before[who]]));

/** Transactions of the database so far; a connection tells of its own once a second. */
export async function committed(sql) {
  const { rows } = await sql.query(
    'select xact_commit::int as n from pg_stat_database where datname = current_database()',
  );
  return rows[0].n;
}
