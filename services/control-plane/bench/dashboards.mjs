// M11: all figures of the dashboard. Ours answers them in one request. A Prefect server has no such request: its web app
// puts its start page together from several. Timed are those that give the figures of ours, asked all at once over the six
// connections that a browser opens: runs by the five groups of states that its own page counts (ours tells of each of the
// nine states), the history of a day by the hour and of a week by six hours, the delay, the late runs, the last failures.
import { createClient } from './driver.mjs';
import { tellTurns, timeInTurns } from './turns.mjs';

const aimMs = 15;
const browserConnections = 6;
const hourSeconds = 3_600;
const [dayHours, weekHours, hoursOfWeekBucket] = [24, 168, 6];
const groups = [
  ['FAILED', 'CRASHED'],
  ['RUNNING', 'PENDING', 'CANCELLING'],
  ['COMPLETED'],
  ['SCHEDULED', 'PAUSED'],
  ['CANCELLED'],
];

const typed = (...types) => ({ state: { type: { any_: types } } });
const late = { state: { name: { any_: ['Late'] } } };

/** The figures of our dashboard out of a Prefect server. */
async function figuresOf(api) {
  const end = (Math.floor(Date.now() / (hourSeconds * 1000)) + 1) * hourSeconds * 1000;
  const before = (hours) => new Date(end - hours * hourSeconds * 1000).toISOString();
  const history = (hours, width) =>
    api.post('/flow_runs/history', {
      history_start: before(hours),
      history_end: before(0),
      history_interval_seconds: width * hourSeconds,
    });
  const startedOfDay = { expected_start_time: { after_: before(dayHours) }, start_time: { is_null_: false } };
  const failures = { expected_start_time: { before_: before(0) }, ...typed('FAILED', 'CRASHED') };
  const [counts, lastDay, lastWeek, averageDelay, lateRuns, oldest, recentFailures] = await Promise.all([
    Promise.all(groups.map((types) => api.post('/flow_runs/count', { flow_runs: typed(...types) }))),
    history(dayHours, 1),
    history(weekHours, hoursOfWeekBucket),
    api.post('/flow_runs/lateness', { flow_runs: startedOfDay }),
    api.post('/flow_runs/count', { flow_runs: late }),
    api.post('/flow_runs/filter', { flow_runs: late, sort: 'EXPECTED_START_TIME_ASC', limit: 1 }),
    api.post('/flow_runs/filter', { flow_runs: failures, sort: 'EXPECTED_START_TIME_DESC', limit: 10 }),
  ]);
  return { counts, lastDay, lastWeek, averageDelay, lateRuns, oldest, recentFailures };
}

/** Right when our counts are those of a recount. */
export async function dashboards(ours, peer, { api, account }, alone) {
  console.log(`M11  dashboard (aim p95 ≤ ${aimMs} ms)`);
  const [all, count] = ['all figures', 'count of all runs'];
  const counted = (side) => () => side.post('/flow_runs/count', {});
  const questions = new Map([[ours, { [all]: () => api.get('/headgate/dashboard'), [count]: counted(api) }]]);
  const browser = peer && createClient(peer.account.apiUrl, peer.account.key, browserConnections);
  if (peer) questions.set(peer, { [all]: () => figuresOf(browser), [count]: counted(browser) });
  tellTurns(await timeInTurns(alone, questions), [...questions.keys()], aimMs);
  const answer = await api.get('/headgate/dashboard');
  const { rows } = await ours.sql.query(
    'select state_type, count(*)::int as n from flow_run where workspace_id = $1 group by 1',
    [account.workspaceId],
  );
  const right = isSame(answer.states, Object.fromEntries(rows.map(({ state_type, n }) => [state_type, n])));
  console.log(`    ${right ? 'right' : 'WRONG'}: ${JSON.stringify(answer.states)}`);
  if (peer) tellDifferences(answer, await figuresOf(browser), peer.name);
  browser?.close();
  return right;
}

const sumOf = (counts, types) => types.reduce((sum, type) => sum + (counts[type] ?? 0), 0);
const isSame = (one, other) => {
  const sorted = (counts) => JSON.stringify(Object.entries(counts).sort());
  return sorted(one) === sorted(other);
};

/** Figures of two servers can be compared when both answered the same ones. */
function tellDifferences(ours, theirs, name) {
  const byType = ({ states }) => {
    const counts = {};
    for (const { state_type, count_runs } of states) counts[state_type] = (counts[state_type] ?? 0) + count_runs;
    return counts;
  };
  const areSame = (mine, others) => mine.every(({ states }, at) => isSame(states, byType(others[at])));
  const same = {
    'runs by state': groups.every((types, at) => sumOf(ours.states, types) === theirs.counts[at]),
    'the last day': areSame(ours.last_day, theirs.lastDay),
    'the last week': areSame(ours.last_week, theirs.lastWeek),
    'average delay': Math.abs(ours.lateness.average_delay_seconds - theirs.averageDelay) < 0.01,
    'oldest late run': Date.parse(ours.lateness.oldest_expected) === Date.parse(theirs.oldest[0]?.expected_start_time),
    'last failures':
      JSON.stringify(ours.recent_failures.map(({ id }) => id)) ===
      JSON.stringify(theirs.recentFailures.map(({ id }) => id)),
  };
  const differing = Object.keys(same).filter((figure) => !same[figure]);
  console.log(
    differing.length === 0
      ? `    ${name} tells of the same figures`
      : `    ${name} tells otherwise of: ${differing.join(', ')}`,
  );
}
