import type { FastifyInstance } from 'fastify';
import { tooMuch } from '../errors/too-much.js';
import { oneByOne } from '../fair/in-slices.js';
import { stringifyExact } from '../json/exact-json.js';

/** Few may be large, too. */
const itemsMin = 2;
/**
 * What stands once in the database may stand in every item: the schema of a block, in each of its documents. Above what a
 * statement may answer, so that only repetition comes so far.
 */
const charsMax = 40 * 1024 * 1024;

/** An answer that is text already. */
class Written {
  constructor(readonly text: string) {}
}

/** Answers are JSON. Long lists are written a piece at a time, with the event loop free in between: items may be large. */
export function writeAnswers(fastify: FastifyInstance): void {
  fastify.setReplySerializer((answer) => (answer instanceof Written ? answer.text : stringifyExact(answer)));
  fastify.addHook('preSerialization', async (_request, _reply, answer) => {
    const lists = listsIn(answer);
    return lists.length === 0 ? answer : new Written(around(answer as object, await writeLists(lists)));
  });
}

/** The list that an answer is, or those that it holds: a graph has its roots and its nodes. */
function listsIn(answer: unknown): unknown[][] {
  if (typeof answer !== 'object' || answer === null) return [];
  const values = Array.isArray(answer) ? [answer] : Object.values(answer);
  return values.filter((value): value is unknown[] => Array.isArray(value) && value.length >= itemsMin);
}

type Texts = Map<unknown, string>;

async function writeLists(lists: unknown[][]): Promise<Texts> {
  const texts: Texts = new Map();
  let chars = 0;
  for (const list of lists) {
    const items = await oneByOne(list, (item) => {
      const text = stringifyExact(item) ?? 'null';
      if ((chars += text.length) > charsMax) throw tooMuch(charsMax);
      return text;
    });
    texts.set(list, `[${items.join(',')}]`);
  }
  return texts;
}

function around(answer: object, texts: Texts): string {
  const whole = texts.get(answer);
  if (whole !== undefined) return whole;
  const parts = Object.entries(answer).flatMap(([key, value]) => {
    const written = texts.get(value) ?? stringifyExact(value);
    return written === undefined ? [] : [`${JSON.stringify(key)}:${written}`];
  });
  return `{${parts.join(',')}}`;
}
