import type { RunWholeFragment } from '@/generated/graphql';
import { absoluteTime, clockTime, dayOf, duration } from '@/lib/format';
import { plainText } from '@/lib/terminal-text';
import { Clamped } from '@/ui/clamped';
import { StateIcon } from '@/ui/state-badge';
import { stateWord } from '@/ui/state-look';

type FlowRunState = RunWholeFragment['states'][number];
/** Of a task run it is not told who it was: its process. */
export type State = Omit<FlowRunState, 'actor'> & Partial<Pick<FlowRunState, 'actor'>>;

/** The states a run went through, the newest first, with how long each lasted. */
export function StateHistory({ states }: { states: readonly State[] }) {
  const inOrder = states.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  if (inOrder.length === 0) return <p className="text-sm text-faint">No states yet.</p>;
  return (
    <ol aria-label="States" className="relative">
      {inOrder
        .map((state, index) => (
          <Step key={state.id} state={state} before={inOrder[index - 1]} next={inOrder[index + 1]} />
        ))
        .toReversed()}
    </ol>
  );
}

/** A day is said once, where it begins: of the first state unless that is of today. */
function dayIfOther(iso: string, before: string | undefined): string {
  const [day, last] = [dayOf(iso), dayOf(before ?? new Date().toISOString())];
  return day === last ? '' : `${day} `;
}

function Step({ state, before, next }: { state: State; before?: State; next?: State }) {
  const seconds = next ? (Date.parse(next.timestamp) - Date.parse(state.timestamp)) / 1000 : null;
  return (
    <li className="relative flex gap-3 pb-3.5 last:pb-0">
      {before && (
        <span aria-hidden="true" className="absolute top-5 bottom-0 left-[7.5px] border-l border-line-strong" />
      )}
      <StateIcon type={state.type} name={state.name} still={next !== undefined} className="relative mt-0.5" />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline justify-between gap-2 text-sm">
          <span className="font-medium">{stateWord(state.type, state.name)}</span>
          <time
            dateTime={state.timestamp}
            title={absoluteTime(state.timestamp)}
            className="text-xs text-faint tabular-nums"
          >
            {dayIfOther(state.timestamp, before?.timestamp)}
            {clockTime(state.timestamp, false)}
          </time>
        </div>
        {seconds !== null && <div className="text-xs text-faint">for {duration(seconds)}</div>}
        {state.message && <Clamped text={plainText(state.message)} className="mt-0.5 text-xs text-muted" />}
        {state.actor && !state.message?.includes(state.actor) && (
          <div className="mt-0.5 text-xs text-muted">by {state.actor}</div>
        )}
      </div>
    </li>
  );
}
