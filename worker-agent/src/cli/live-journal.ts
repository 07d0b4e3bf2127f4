import pc from 'picocolors';
import type { Journal } from '../agent/journal.js';
import { clock, duration, stateText, print } from './terminal.js';

/** One line per thing that happens, with the time and a word in front. */
export function liveJournal(write: (line: string) => void = print): Journal {
  const line = (word: string, text: string) => write(`${pc.dim(clock(Date.now()))}  ${word} ${text}`);
  const word = (text: string) => text.padEnd(9);
  return {
    claimed: (run) => line(pc.dim(word('claimed')), run.title),
    started: (run, pid) => line(pc.cyan(word('started')), `${run.title}${pc.dim(`  pid ${pid}`)}`),
    finished(run, { stateType, stateName, seconds, message }) {
      const why = message && stateType !== 'COMPLETED' ? pc.dim(`  ${message.split('\n')[0]}`) : '';
      line(
        stateText(stateType, word(stateName.toLowerCase())),
        `${run.title}${pc.dim(`  ${duration(seconds)}`)}${why}`,
      );
    },
    note: (text) => line(pc.dim(word('·')), text),
    warn: (text) => line(pc.yellow(word('warning')), text),
  };
}
