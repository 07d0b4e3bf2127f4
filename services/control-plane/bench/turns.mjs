// The same questions to two servers, by one client, one after the other, in turns: while one is asked the other stands still.
import { quantile } from './driver.mjs';

const turns = 3;
const turnsToWarmUp = 2;
const roundsPerTurn = 60;
/** A server that takes long is asked less often. */
const secondsPerTurnMax = 20;

/**
 * Durations in ms of each question to each server. `questions` has for each server its questions by name; `alone` does
 * some work while the other servers stand still. The first turns warm up.
 */
export async function timeInTurns(alone, questions) {
  const durations = new Map();
  for (const [server, requests] of questions)
    durations.set(server, Object.fromEntries(Object.keys(requests).map((name) => [name, []])));
  for (let turn = -turnsToWarmUp; turn < turns; turn++)
    for (const [server, requests] of questions)
      await alone(server, () => turnOf(requests, turn < 0 ? null : durations.get(server)));
  return durations;
}

async function turnOf(requests, durations) {
  // Not measured: a server that stood still finds its memory cold.
  await roundOf(requests, null);
  const end = Date.now() + secondsPerTurnMax * 1000;
  for (let round = 0; round === 0 || (round < roundsPerTurn && Date.now() < end); round++)
    await roundOf(requests, durations);
}

async function roundOf(requests, durations) {
  for (const [name, request] of Object.entries(requests)) {
    const started = performance.now();
    await request();
    durations?.[name].push(performance.now() - started);
  }
}

/** A line per question of ours, and what of the other server's stands beside it. */
export function tellTurns(durations, [ours, peer], aimMs) {
  const theirs = durations.get(peer) ?? {};
  for (const [name, values] of Object.entries(durations.get(ours))) {
    const missed = quantile(values, 0.95) > aimMs ? ' over the aim' : '';
    console.log(`    ${name.padEnd(22)} ${figures(values)}${missed}${besides(peer, values, theirs[name])}`);
  }
}

const figures = (values) =>
  `p50 ${quantile(values, 0.5).toFixed(1).padStart(6)} ms   p95 ${quantile(values, 0.95).toFixed(1).padStart(6)} ms`;

function besides(peer, ours, theirs) {
  if (!theirs) return '';
  const times = quantile(theirs, 0.5) / quantile(ours, 0.5);
  return ` | ${peer.name.split(',')[0]}: ${figures(theirs)}, ${times.toFixed(1)} times as long`;
}
