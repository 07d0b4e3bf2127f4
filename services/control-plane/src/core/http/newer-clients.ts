import { clientVersionKnown } from '@headgate/contracts/rest/server-info';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log/logger.js';
import { clientVersionOf, isNewer, type ClientVersion } from './client-version.js';

/**
 * A client newer than the release that we know may send keys that are none yet. They are left out, and the client and
 * our log are told; of others such keys are refused, as the wire is exact.
 */
type Told = (places: string[]) => void;

/** By the body of the request: what reads a body knows nothing else of it. */
const newer = new WeakMap<object, Told>();

export const clientIsNewer = (body: unknown): boolean => isObject(body) && newer.has(body);
export const tellOfUnknownKeys = (body: object, places: string[]): void => newer.get(body)?.(places);
/** A body that was read once more is still from whom it was. */
export function isFromTheSame(body: unknown, again: unknown): void {
  const told = isObject(body) && newer.get(body);
  if (told && isObject(again)) newer.set(again, told);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const namedMax = 20;
const namedCharsMax = 60;

/** Some of the places, as they may stand in a header and in the log. */
export const namedPlaces = (places: string[]): string[] =>
  places.slice(0, namedMax).map((place) => place.replaceAll(/[^\w.-]/g, '?').slice(0, namedCharsMax));

export function noteNewerClients(fastify: FastifyInstance, log: Logger): void {
  const lines = new OnceInAWhile(600_000);
  fastify.addHook('preHandler', (request, reply, done) => {
    const { body } = request;
    const client = isObject(body) ? clientVersionOf(request.headers['user-agent']) : null;
    if (client && isNewer(client))
      newer.set(body as object, (places) => {
        const named = namedPlaces(places);
        reply.header('warning', `299 headgate "${wordsFor(client, named, places.length)}"`);
        const route = `${request.method} ${request.routeOptions.url ?? ''}`;
        if (lines.isFirst(`${client.text} ${route}`))
          log.warn({ client: client.text, route, ignored: named }, 'a newer client sent keys that are not known');
      });
    done();
  });
}

function wordsFor({ text }: ClientVersion, named: string[], count: number): string {
  const more = count > named.length ? ` and ${count - named.length} more` : '';
  return `Prefect ${text} is newer than ${clientVersionKnown}, which this server follows; ignored: ${named.join(', ')}${more}`;
}

/** Lets each text through once in a while. */
export class OnceInAWhile {
  private readonly seen = new Map<string, number>();
  constructor(private readonly milliseconds: number) {}

  isFirst(text: string): boolean {
    const now = Date.now();
    const last = this.seen.get(text);
    if (last !== undefined && now - last < this.milliseconds) return false;
    // Whoever makes up versions gets no more memory than this.
    if (this.seen.size >= 1_000) this.seen.clear();
    this.seen.set(text, now);
    return true;
  }
}
