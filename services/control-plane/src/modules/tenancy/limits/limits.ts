import { budgetKinds, type BudgetKind, type BudgetLimits } from '../../../core/fair/limits.js';

/** What an account has in the place of the installation's limits, and which share of it a workspace gets. */
export type OwnLimits = {
  requests: number | null;
  runs: number | null;
  logLines: number | null;
  logKilobytes: number | null;
  events: number | null;
};

/** The budgets of a workspace; null when they are the installation's. */
export function limitsOf(
  own: OwnLimits | null,
  percentage: number | null,
  standard: BudgetLimits,
): Partial<BudgetLimits> | null {
  if (!own && percentage === null) return null;
  const given: Record<BudgetKind, number | null | undefined> = {
    requests: own?.requests,
    runs: own?.runs,
    logLines: own?.logLines,
    logBytes: own?.logKilobytes && own.logKilobytes * 1024,
    events: own?.events,
  };
  const share = (percentage ?? 100) / 100;
  const limits: Partial<BudgetLimits> = {};
  for (const kind of budgetKinds) limits[kind] = Math.max(1, (given[kind] ?? standard[kind]) * share);
  return limits;
}
