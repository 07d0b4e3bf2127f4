// M10 and M12: lists of fifty with the usual filters, in every order, near and far from the first. One client.
import { tellTurns, timeInTurns } from './turns.mjs';

const newest = { sort: 'EXPECTED_START_TIME_DESC', limit: 50 };
const past = { expected_start_time: { before_: new Date().toISOString() } };
const week = {
  expected_start_time: { after_: new Date(Date.now() - 7 * 86_400_000).toISOString(), ...past.expected_start_time },
};
const tagAndPartOfName = { ...newest, flow_runs: { tags: { all_: ['team-3'] }, name: { like_: 'otter' } } };

const lists = ({ flow, deployment }, runs) => ({
  newest: newest,
  'state Failed, 7 days': { ...newest, flow_runs: { ...week, state: { type: { any_: ['FAILED'] } } } },
  'state Crashed': { ...newest, flow_runs: { ...past, state: { type: { any_: ['CRASHED'] } } } },
  'state Running': { ...newest, flow_runs: { state: { type: { any_: ['RUNNING'] } } } },
  'state Completed': { ...newest, flow_runs: { ...past, state: { type: { any_: ['COMPLETED'] } } } },
  tag: { ...newest, flow_runs: { tags: { all_: ['team-3'] } } },
  'rare tag': { ...newest, flow_runs: { tags: { all_: ['release-3'] } } },
  'part of name': { ...newest, flow_runs: { name: { like_: 'lucid-ot' } } },
  'tag and part of name': tagAndPartOfName,
  deployment: { ...newest, flow_runs: { deployment_id: { any_: [deployment] } } },
  flow: { ...newest, flows: { id: { any_: [flow] } } },
  'default order': { limit: 50 },
  'common word': { ...newest, flow_runs: { name: { like_: 'otter' } } },
  'word of no name': { ...newest, flow_runs: { name: { like_: 'unheard' } } },
  'not Completed': { ...newest, flow_runs: { ...past, state: { type: { not_any_: ['COMPLETED'] } } } },
  'order by start': { limit: 50, sort: 'START_TIME_DESC' },
  'order by end': { limit: 50, sort: 'END_TIME_DESC' },
  'order by name': { limit: 50, sort: 'NAME_ASC' },
  'order by next start': { limit: 50, sort: 'NEXT_SCHEDULED_START_TIME_ASC' },
  // M12: what lies in the middle.
  'half way': { ...newest, offset: Math.floor(runs / 2) },
  'half way, Completed': {
    ...newest,
    offset: Math.floor(runs / 2),
    flow_runs: { state: { type: { any_: ['COMPLETED'] } } },
  },
  'half way by id': { limit: 50, offset: Math.floor(runs / 2) },
});

const aimMs = 8;

/** Right when a list answers what a plain look at the table says, and the other server the same runs in every list. */
export async function runLists(ours, peer, grown, alone) {
  console.log(`M10  lists of 50 (aim p95 ≤ ${aimMs} ms)`);
  const sides = peer ? [ours, peer] : [ours];
  const bodies = Object.entries(lists(grown.ids, grown.runs));
  const asked = (api) =>
    Object.fromEntries(bodies.map(([name, body]) => [name, () => api.post('/flow_runs/filter', body)]));
  const questions = new Map(sides.map((side) => [side, asked(side === ours ? grown.api : peer.api)]));
  tellTurns(await timeInTurns(alone, questions), sides, aimMs);
  const right = await plainLookAgrees(ours, grown);
  if (peer) await tellDifferences(questions.get(ours), questions.get(peer), peer.name);
  return right;
}

async function plainLookAgrees({ sql }, { api, account }) {
  const asked = await api.post('/flow_runs/filter', tagAndPartOfName);
  const { rows } = await sql.query(
    `select id from flow_run where workspace_id = $1 and 'team-3' = any(tags) and position('otter' in name) > 0
      order by expected_start_time desc, id desc limit 50`,
    [account.workspaceId],
  );
  const right = idsOf(asked) === idsOf(rows);
  console.log(
    `    ${right ? 'right' : 'WRONG'}: tag and part of name answer the ${rows.length} runs that a plain look finds`,
  );
  return right;
}

const idsOf = (runs) => JSON.stringify(runs.map(({ id }) => id));

/** Figures of two servers can be compared when both answered the same runs. */
async function tellDifferences(ours, theirs, name) {
  const differing = [];
  for (const list of Object.keys(ours))
    if (idsOf(await ours[list]()) !== idsOf(await theirs[list]())) differing.push(list);
  const count = Object.keys(ours).length;
  console.log(
    differing.length === 0
      ? `    ${name} answers the same runs in all ${count} lists`
      : `    ${name} answers other runs in: ${differing.join(', ')}`,
  );
}
