import { badRequest } from '../../../core/errors/app-error.js';

/** So many runs are asked for at once, where each is made or refused for itself. */
const eachMax = 100;

export function refuseTooManyEach(count: number): void {
  if (count > eachMax) throw badRequest(`Cannot create more than ${eachMax} flow runs at once.`);
}

/** What became of one: itself, or why it was not made. */
export const outcomeOf = <Run>(settled: PromiseSettledResult<Run>): { made: Run | null; error: string | null } =>
  settled.status === 'fulfilled'
    ? { made: settled.value, error: null }
    : { made: null, error: settled.reason instanceof Error ? settled.reason.message : String(settled.reason) };
