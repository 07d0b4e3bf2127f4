import { isTerminal } from '@headgate/contracts';
import { isPersisted } from '../../../runs/index.js';
import { abort, keep, rename, type TaskRule } from '../rule.js';

/** What has ended well with a stored result stays as it is; all else may be tried again, with its retries before it. */
export const leaveTerminal: TaskRule = {
  name: 'leave-terminal',
  from: ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'],
  to: 'any',
  apply({ current, parent, flowRunRunCount }, draft) {
    const { type } = draft.proposed;
    if (['CANCELLING', 'PAUSED', 'CRASHED'].includes(type)) return abort(`Run is already ${current!.type}.`);
    if (current!.type === 'COMPLETED' && isPersisted(current!.data)) return keep('This run is already completed.');
    if (isTerminal(type)) return draft;
    const again = { ...draft, runCount: 0 };
    const flowIsRetrying = type === 'RUNNING' && parent !== null && flowRunRunCount < parent.run_count;
    return flowIsRetrying ? rename(again, 'Retrying') : again;
  },
};
