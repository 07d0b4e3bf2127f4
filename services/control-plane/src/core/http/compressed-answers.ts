import { randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HeadgateRequest } from './request.js';

const zip = promisify(gzip);
const graphql = '/graphql';
/** Shorter ones fit into a packet; longer ones would keep a thread for too long. */
const [charsMin, charsMax] = [1_024, 8 * 1024 * 1024];
/** Of the four threads that passwords and files wait for as well. Who comes when they are taken gets the plain answer. */
const flightsMax = 2;
/** A third of the processor time of the usual level, for answers a tenth longer. */
const level = 3;
const noiseMax = 128;

/**
 * Answers of GraphQL are compressed for our own pages: logs are large. The length of a compressed answer tells something
 * of what is in it to who can put words of theirs beside a secret and make the browser ask (BREACH). So it is done only for
 * questions, as answers to changes show new keys; only when the browser says that our own page asks; and lengths are blurred.
 */
export function compressAnswers(fastify: FastifyInstance): void {
  let flights = 0;
  fastify.addHook('onSend', async (request, reply, answer) => {
    if (typeof answer !== 'string' || request.routeOptions.url !== graphql) return answer;
    reply.header('vary', 'accept-encoding, sec-fetch-site');
    if (answer.length < charsMin || answer.length > charsMax || flights >= flightsMax || !mayBe(request)) return answer;
    flights += 1;
    try {
      const zipped = blurred(await zip(answer, { level }));
      reply.header('content-encoding', 'gzip').header('content-length', zipped.length);
      return zipped;
    } finally {
      flights -= 1;
    }
  });
}

function mayBe(request: FastifyRequest): boolean {
  const { method, headers, body } = request;
  if (method !== 'POST' || headers['sec-fetch-site'] !== 'same-origin' || !(request as HeadgateRequest).actor)
    return false;
  return /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')) && isQuestion(body);
}

/** What holds the word anywhere is not taken for a question: a false alarm costs bytes. */
const isQuestion = (body: unknown): boolean => {
  const text = (body as { query?: unknown } | undefined)?.query;
  return typeof text === 'string' && !/\bmutation\b/.test(text);
};

const headerBytes = 10;
const [flagsAt, hasComment] = [3, 0x10];

/** The same gzip file with a comment of random length in its header, which readers skip. */
function blurred(zipped: Buffer): Buffer {
  const comment = randomBytes(randomInt(noiseMax)).map((byte) => (byte % 26) + 97);
  const header = Buffer.from(zipped.subarray(0, headerBytes));
  header[flagsAt]! |= hasComment;
  return Buffer.concat([header, comment, Buffer.from([0]), zipped.subarray(headerBytes)]);
}
