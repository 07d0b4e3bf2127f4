import { fixed, hot } from '../../core/db/fixed.js';
import { overtakenAt, overtakes } from '../runs/index.js';

/**
 * Stores the lines of batches of any workspaces, each batch once, and answers which got in. Parameters: the batches as two
 * arrays side by side, their number being the place; the lines as one array per column, the last naming their batch; then
 * the runs and claims under which the batches are sent, or nulls. Of a copy of a run that goes on while another one has it
 * nothing is stored that it says from `overtaken_at` on. Batches go in by order, so that two flushes that bring the same ones wait for each other and do not lock up.
 */
export const storeLogs = hot<{ batch: number; overtaken_at: string | null }>(
  'log.store',
  `with given as (
     select workspace_id, digest, run, claim, batch::integer
       from unnest($1::uuid[], $2::bytea[], $14::uuid[], $15::uuid[]) with ordinality as t (workspace_id, digest, run, claim, batch)
   ), entered as (
     insert into log_batch (workspace_id, digest) select workspace_id, digest from given order by workspace_id, digest
     on conflict do nothing returning workspace_id, digest
   ), fresh as (
     select g.batch, g.run, ${overtakenAt('r.claim_id')} as overtaken_at
       from given g left join flow_run r on r.workspace_id = g.workspace_id and r.id = g.run and ${overtakes('r.claim_id', 'g.claim')}
      where ((g.workspace_id, g.digest) in (select workspace_id, digest from entered)) is true
   ), stored as (
     insert into log (workspace_id, id, flow_run_id, task_run_id, worker_id, timestamp, dated, level, name, message)
     select workspace_id, id, flow_run_id, task_run_id, worker_id, timestamp, dated, level, name, message
       from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::timestamptz[], $9::timestamptz[], $10::smallint[], $11::text[], $12::text[], $13::integer[])
         as line (workspace_id, id, flow_run_id, task_run_id, worker_id, timestamp, dated, level, name, message, batch)
      where (batch in (select batch from fresh)) is true
        and not exists (select from fresh f where f.batch = line.batch and f.run = line.flow_run_id and f.overtaken_at < line.timestamp)
   )
   select batch, overtaken_at from fresh`,
);

/** Batches that came so long ago that nobody sends them again. Parameters: seconds, how many at most. */
export const forgetLogBatches = fixed<{ forgotten: number }>(
  'log.forget-batches',
  `with old as (
     select workspace_id, digest from log_batch where received < now() - make_interval(secs => $1)
      order by received limit $2 for update skip locked
   ), gone as (
     delete from log_batch b using old where b.workspace_id = old.workspace_id and b.digest = old.digest returning 1
   )
   select count(*)::integer as forgotten from gone`,
);

/** One line that a run has once, by the name of who writes it: workspace, id, run, time, level, name, message. */
export const storeLogOnce = fixed<{ id: string }>(
  'log.store-once',
  `insert into log (workspace_id, id, flow_run_id, timestamp, level, name, message)
   select $1::uuid, $2::uuid, $3::uuid, $4::timestamptz, $5::smallint, $6::text, $7::text
    where not exists (select from log where workspace_id = $1 and flow_run_id = $3 and name = $6)
   returning id`,
);
