import type { FastifyInstance } from 'fastify';
import { tooMuch } from '../errors/too-much.js';
import { stringifyExact } from '../json/exact-json.js';

const pieceMs = 2;
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
  fastify.addHook('preSerialization', (_request, _reply, answer, done) => {
    const list = listIn(answer);
    if (!list) return done(null, answer);
    const written: Texts = { texts: [], chars: 0 };
    const goOn = () => {
      try {
        if (writePiece(list, written))
          done(null, new Written(around(answer as object, list, `[${written.texts.join(',')}]`)));
        else setImmediate(goOn);
      } catch (error) {
        done(error as Error);
      }
    };
    goOn();
  });
}

/** The list that an answer is, or is about. */
function listIn(answer: unknown): unknown[] | null {
  if (typeof answer !== 'object' || answer === null) return null;
  if (Array.isArray(answer)) return answer.length >= itemsMin ? answer : null;
  for (const value of Object.values(answer)) if (Array.isArray(value) && value.length >= itemsMin) return value;
  return null;
}

type Texts = { texts: string[]; chars: number };

/** True when all is written. */
function writePiece(list: unknown[], written: Texts): boolean {
  const { texts } = written;
  for (const until = performance.now() + pieceMs; texts.length < list.length;) {
    const text = stringifyExact(list[texts.length]) ?? 'null';
    if ((written.chars += text.length) > charsMax) throw tooMuch(charsMax);
    texts.push(text);
    if (performance.now() > until) break;
  }
  return texts.length === list.length;
}

function around(answer: object, list: unknown[], text: string): string {
  if (answer === list) return text;
  const parts = Object.entries(answer).flatMap(([key, value]) => {
    const written = value === list ? text : stringifyExact(value);
    return written === undefined ? [] : [`${JSON.stringify(key)}:${written}`];
  });
  return `{${parts.join(',')}}`;
}
