/**
 * Sends every door the dearest things that are known, while another account asks who it is:
 * `node --import tsx test/costs/run.ts [--seed N] [--minutes N | --cover | --long] [--door REGEX] [--summary FILE]`.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { freePort } from '@headgate/all-in-one';
import { signUp, startSystem } from '@headgate/testkit';
import { casesOf, type Case } from './cases.ts';
import { collectGarbage } from './garbage.ts';
import { house } from './house.ts';
import { Ledger } from './ledger.ts';
import { oddities, recipes, type Question, type Recipe } from './graphql.ts';
import { send, type Answered } from './send.ts';
import { askBySocket, talks, type Talk } from './sockets.ts';
import { Watch } from './watch.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1.7' },
    cover: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    door: { type: 'string', default: '.' },
    summary: { type: 'string' },
  },
});
const only = new RegExp(options.door);
type Work = () => Promise<void>;
const minuteMs = 60_000;
/** Doors that take things away do so in a workspace of their own. */
const takes = /delete|bulk_set_state|^DELETE/;

process.exitCode = await main();

async function main(): Promise<number> {
  const plenty = Object.fromEntries(
    ['REQUESTS', 'RUNS', 'LOG_LINES', 'LOG_KILOBYTES', 'EVENTS', 'API_KEYS', 'WORKSPACES'].map((name) => [
      `HEADGATE_LIMIT_${name}`,
      '1000000000',
    ]),
  );
  const inspectorPort = await freePort();
  const system = await startSystem({
    loops: false,
    env: {
      ...plenty,
      NODE_OPTIONS: `--inspect-port=127.0.0.1:${inspectorPort}`,
      HEADGATE_SOCKETS_PER_ADDRESS: '20000',
      HEADGATE_SOCKETS_UNKNOWN_PER_ADDRESS: '5000',
    },
  });
  let watch: Watch | null = null;
  try {
    const [attacker, victim, neighbour] = [
      await signUp(system.url),
      await signUp(system.url),
      await signUp(system.url),
    ];
    const things = await house(attacker);
    const spare = { ...things, account_id: victim.accountId, workspace_id: victim.workspaceId };
    watch = new Watch(system.pid('api')!, system.url, neighbour.key);
    await collectGarbage(system.pid('api')!, inspectorPort);
    const before = watch.memory();
    const ledger = new Ledger(watch, system.pid('api')!, () => system.pid('api'));
    const { url } = system;
    const covers = options.cover || options.long;
    const total = options.long ? Infinity : Number(options.minutes) * minuteMs;
    const { seed } = options;
    const ask = (recipe: Recipe) => async () => {
      const asked = await smaller(recipe.make, recipe.aliases, recipe.first);
      if (asked) await bothWays(asked);
    };

    if (only.test('GraphQL')) {
      const { once, more } = recipes(things, seed);
      await part(
        'GraphQL',
        total * 0.3,
        [...oddities(things).map((question) => () => bothWays(question, true)), ...once.map(ask)],
        more.map(ask),
      );
    }
    const { once: first, more: others } = talks(url, attacker.key, seed);
    const held = (list: Talk[]) =>
      list
        .filter(({ name }) => only.test(name))
        .map(
          (talk) => () =>
            ledger.enter({ name: talk.name, content: talk.content }, async () => {
              await talk.hold();
              return { status: 200, bytes: 0, text: '' };
            }),
        );
    await part('sockets', total * 0.1, held(first), held(others));
    const { once, alone, fields } = casesOf(things, only, seed);
    const sent = (list: Case[]) => list.map((each, at) => () => restCase(each, at));
    await part(`REST (${fields} fields)`, total * 0.6, covers ? sent(once) : [], sent(alone));
    await collectGarbage(system.pid('api')!, inspectorPort);
    ledger.memory(before, watch.memory());
    const summary = ledger.report();
    if (summary.failed > 0) console.log(system.log().slice(-3_000));
    if (options.summary) writeFileSync(options.summary, `${JSON.stringify(summary)}\n`);
    return summary.failed > 0 ? 1 : 0;

    async function restCase(each: Case, at: number): Promise<void> {
      const who = takes.test(each.door)
        ? { key: victim.key, id: [victim.accountId, victim.workspaceId] }
        : { key: attacker.key, id: null };
      const sent = each.request();
      if (who.id)
        sent.path = sent.path
          .replace(things['account_id']!, spare.account_id)
          .replace(things['workspace_id']!, spare.workspace_id);
      await ledger.enter({ name: each.door, content: `${each.content} as ${each.place}` }, () =>
        send(url, sent, who.key),
      );
      // A stranger is refused before the content is looked at: some of it is enough.
      if (at % 20 === 0)
        await ledger.enter({ name: `a stranger: ${each.door}`, content: `${each.content} as ${each.place}` }, () =>
          send(url, sent, null),
        );
    }

    async function bothWays(question: Question, alsoStrangers = false): Promise<void> {
      const { name, query, variables } = question;
      const body = Buffer.from(JSON.stringify({ query, variables }));
      const post = (key: string | null) => send(url, { method: 'POST', path: '/graphql', body }, key);
      await ledger.enter({ name: 'GraphQL over HTTP', content: name }, () => post(attacker.key));
      const bySocket = (key: string | null) => async (): Promise<Answered> => ({
        status: 200,
        bytes: await askBySocket(url, key, question),
        text: '',
      });
      await ledger.enter({ name: 'GraphQL over a socket', content: name }, bySocket(attacker.key));
      if (!alsoStrangers) return;
      await ledger.enter({ name: 'a stranger: GraphQL over HTTP', content: name }, () => post(null));
      await ledger.enter({ name: 'a stranger: GraphQL over a socket', content: name }, bySocket(null));
    }

    /** As much as the server takes: what it refuses it says the bound of. */
    async function smaller(
      make: (aliases: number, first: number) => Question,
      aliases: number,
      first: number,
    ): Promise<Question | null> {
      for (let tries = 0; tries < 12; tries++) {
        const { query, variables } = make(aliases, first);
        const { text } = await send(
          url,
          { method: 'POST', path: '/graphql', body: Buffer.from(JSON.stringify({ query, variables })) },
          attacker.key,
        );
        const bound = /at most ([\d,]+) \S+.*?(?:, this one[^\d]*([\d,]+))/.exec(text);
        if (!text.includes('"code":"invalid"')) return make(aliases, first);
        const [most, this_] = (bound?.slice(1) ?? ['1', '2']).map((number) =>
          Number((number ?? '2').replaceAll(',', '')),
        );
        const share = Math.min(0.95, Math.max(0.05, most! / this_!));
        if (aliases > 1) aliases = Math.max(1, Math.floor(aliases * share));
        else if (first > 1) first = Math.max(1, Math.floor(first * Math.sqrt(share)));
        else return null;
      }
      return null;
    }
  } finally {
    watch?.stop();
    await system.stop();
  }
}

/** All that has to be done, and more, as far as the time reaches. */
async function part(name: string, ms: number, once: Work[], more: Work[]): Promise<void> {
  const began = Date.now();
  for (const work of once) await work();
  let done = 0;
  for (const work of more) {
    if (Date.now() - began > ms) break;
    await work();
    done++;
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`${name}: all ${once.length} that cover it, and ${done} of ${more.length} more, in ${seconds} s`);
}
