import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

const differences = fs.readFileSync(
  path.join(import.meta.dirname, '../../services/control-plane/test/growth/rollup-differences.sql'),
  'utf8',
);

/** Looks at what is stored, past the API. */
export class Stored {
  constructor(private readonly pool: pg.Pool) {}

  static open = (url: string) =>
    new Stored(new pg.Pool({ connectionString: url, max: 2 }).on('error', () => undefined));
  close = () => this.pool.end();

  async rows<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(text, values)).rows;
  }

  async number(text: string, values: unknown[] = []): Promise<number> {
    return Number(Object.values((await this.rows(text, values))[0]!)[0]);
  }

  rollupDifferences = () => this.rows(differences);

  /** Runs whose row says another thing than the last state of their history, or than the event of that state. */
  untrueRuns = () =>
    this.rows(`
      select r.id, r.state_type, last.type, event.id as event
        from flow_run r
        left join lateral (select s.id, s.type from flow_run_state s
                            where s.workspace_id = r.workspace_id and s.flow_run_id = r.id
                            order by s.timestamp desc limit 1) last on true
        left join event on event.workspace_id = r.workspace_id and event.id = last.id
       where last.type is distinct from r.state_type or event.id is null`);

  /** Runs that ended, and are still in a queue, in somebody's hands, or on a slot. */
  leftovers = () =>
    this.rows(`
      select 'queue' as place, flow_run_id from run_queue union all select 'claim', flow_run_id from run_claim
      union all select 'slot', flow_run_id from run_active`);

  /** Runs that came to an end more than once. */
  endedTwice = () =>
    this.rows(
      `select flow_run_id, count(*) from flow_run_state where type = 'COMPLETED' group by 1 having count(*) > 1`,
    );
}
