import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import type { Plan } from './plan.js';

/**
 * Plans without the moments for which a run has begun that another schedule made, which is gone by now: whoever took its
 * place in other words, or under another id, does not run them a second time. What a schedule made itself it knows by the keys
 * of its runs, so only those are asked about that have not made any yet.
 */
export async function withoutBegun(tx: Db, plans: Plan[]): Promise<Plan[]> {
  const fresh = plans.filter(({ schedule, drafts }) => schedule.made_until === null && drafts.length > 0);
  if (fresh.length === 0) return plans;
  const begun = new Set((await listBegun(tx, fresh)).map((each) => keyOf(each.deployment_id, each.moment)));
  if (begun.size === 0) return plans;
  return plans.map((plan) => {
    if (!fresh.includes(plan)) return plan;
    const isOpen = (moment: string | null | undefined) =>
      !moment || !begun.has(keyOf(plan.schedule.deployment_id, moment));
    return { ...plan, drafts: plan.drafts.filter(({ state }) => isOpen(state?.state_details?.scheduled_time)) };
  });
}

const keyOf = (deploymentId: string, moment: string): string => `${deploymentId} ${Date.parse(moment)}`;

/** Of deployments: moments to come whose run has begun, and was made by a schedule that is gone. */
async function listBegun(tx: Db, plans: Plan[]): Promise<{ deployment_id: string; moment: string }[]> {
  const [workspaces, deployments] = [
    plans.map((plan) => plan.workspace_id),
    plans.map((plan) => plan.schedule.deployment_id),
  ];
  const { rows } = await sql<{ deployment_id: string; moment: string }>`
    select r.deployment_id, r.expected_start_time as moment
      from (select distinct * from unnest(${workspaces}::uuid[], ${deployments}::uuid[]) d(workspace_id, deployment_id)) d
      join flow_run r on r.workspace_id = d.workspace_id and r.deployment_id = d.deployment_id
     where r.expected_start_time > now() and r.state_type <> 'SCHEDULED' and r.auto_scheduled
       and not exists (select from deployment_schedule s
                        where s.workspace_id = r.workspace_id and s.deployment_id = r.deployment_id
                          and s.id::text = r.created_by->>'id')`.execute(tx);
  return rows;
}
