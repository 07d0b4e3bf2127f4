import pc from 'picocolors';
import type { StateType } from '@headgate/contracts';
import type { Api } from '../api/api.js';
import { followRun } from '../api/follow-run.js';
import type { FlowRunJson, LogJson } from '../api/wire.js';
import type { Connection } from '../settings/connection.js';
import { wordsOf, clock, duration, stateText, print } from './terminal.js';

/** Prints states and logs of a run as they arrive. Answers the type of the state it ends in. */
export async function watchRun(
  api: Api,
  connection: Connection,
  run: FlowRunJson,
  { states = true } = {},
): Promise<StateType | null> {
  let last: string | null = null;
  let ended: FlowRunJson = run;
  for await (const news of followRun(api, connection, run.id)) {
    if (news.kind === 'log') printLog(news.log, news.task);
    else {
      ended = news.run;
      if (states && last !== news.run.state?.id) printState(news.run);
      last = news.run.state?.id ?? last;
    }
  }
  if (states)
    print(`${stateText(ended.state_type, ended.state_name)} ${pc.dim(`after ${duration(ended.total_run_time)}`)}`);
  return ended.state_type;
}

function printState({ state }: FlowRunJson): void {
  if (!state) return;
  const message = state.message ? pc.dim(`  ${state.message}`) : '';
  print(`${pc.dim(clock(state.timestamp))}  ${stateText(state.type, state.name)}${message}`);
}

const levelNames: [number, string, (text: string) => string][] = [
  [50, 'critical', pc.red],
  [40, 'error', pc.red],
  [30, 'warning', pc.yellow],
  [20, 'info', pc.reset],
  [0, 'debug', pc.dim],
];

/** `task`: the name of the task run that says it; what the run itself says has none. */
export function printLog({ timestamp, level, message }: LogJson, task: string | null): void {
  const [, name, paint] = levelNames.find(([from]) => level >= from) ?? levelNames.at(-1)!;
  print(`${pc.dim(clock(timestamp))}  ${paint(name.padEnd(8))} ${task ? `${pc.cyan(task)}  ` : ''}${wordsOf(message)}`);
}
