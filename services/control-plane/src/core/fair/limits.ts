/** What a workspace may spend per second. */
export const budgetKinds = ['requests', 'runs', 'logLines', 'logBytes', 'events'] as const;
export type BudgetKind = (typeof budgetKinds)[number];

export type BudgetLimits = Record<BudgetKind, number>;
