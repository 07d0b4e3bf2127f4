import { isUuid } from '@headgate/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Identity } from '../access/identity.js';
import { AppError } from '../errors/app-error.js';
import { addressedAccount, addressedWorkspace } from '../http/address.js';
import { householdOf } from '../http/connections.js';
import type { HeadgateRequest } from '../http/request.js';
import type { Budgets } from './budgets.js';
import type { Gate } from './gate.js';
import { kindOf, type Kind } from './kinds.js';
import { ownerOf } from './owners.js';
import type { Turns } from './turns.js';

/** Pages, health and metrics are nobody's. */
const isOfWorkspaces = /^\/(api\/(?!health|ready|hello|version|csrf-token)|graphql)/;

/** A lease that cannot be renewed in time ends, and what it stands for is lost or begins anew. */
const keepsWorkAlive = /^\/api\/(headgate\/claims\/renew|v2\/concurrency_limits\/leases\/:[^/]+\/renew)\/?$/;

/** Whose a request is, and the gate at which it stands, or inside of which it is. */
type Place = { party: string; gate: Gate; enteredAt: number | null };
type PlacedRequest = HeadgateRequest & { place?: Place };

/**
 * Every request of somebody known spends of the budget of its workspace, and takes its turn: after its body has come, so
 * that who sends slowly holds no place, and before anything is made of it.
 */
export function takeTurns(fastify: FastifyInstance, turns: Turns, budgets: Budgets, identity: Identity): void {
  fastify.addHook('onRoute', (route) => {
    if (!isOfWorkspaces.test(route.url)) return;
    const [method] = [route.method].flat();
    const config = { kind: kindOf(method ?? 'GET', route.url), urgent: keepsWorkAlive.test(route.url) };
    route.config = { ...route.config, ...config } as typeof route.config;
  });
  fastify.decorateRequest('place', undefined);
  fastify.addHook('onRequest', async (request) => {
    const { kind, urgent } = request.routeOptions.config as { kind?: Kind; urgent?: boolean };
    if (!kind) return;
    const party = await partyOf(request as PlacedRequest, identity, budgets);
    if (!party) return;
    if (urgent) budgets.charge(party, 'requests', 1);
    else budgets.spend(party, 'requests', 1);
    (request as PlacedRequest).place = { party, gate: turns.at(kind), enteredAt: null };
  });
  fastify.addHook('preValidation', async (request) => {
    const turn = enterGate(request);
    if (turn) await turn;
  });
  // Not when the answer has arrived: who reads slowly holds no place either.
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    leaveGate(request);
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    leaveGate(request);
    done();
  });
}

/** Who answers for what a request brings; a stranger's household does for them. */
export function whoseIs(request: HeadgateRequest): string {
  const { place, actor } = request as PlacedRequest;
  if (place) return ownerOf(place.party);
  return actor?.kind === 'user' ? actor.userId : householdOf(request.ip);
}

/** Waits for the turn of a request that has not had it; nothing when there is nothing to wait for. */
export function enterGate(request: FastifyRequest, bytes = 0): Promise<void> | undefined {
  const { place } = request as PlacedRequest;
  if (!place || place.enteredAt !== null) return undefined;
  const turn = place.gate.enter(place.party, bytes);
  if (!turn) {
    place.enteredAt = performance.now();
    return undefined;
  }
  return turn.then(() => {
    place.enteredAt = performance.now();
    if (!request.raw.socket.destroyed) return;
    leaveGate(request);
    throw new AppError('gone', 'The client has left.');
  });
}

/** Gives the place back; also for who goes on to wait for something, after which work takes turns of its own. */
export function leaveGate(request: FastifyRequest): void {
  const { place } = request as PlacedRequest;
  if (!place || place.enteredAt === null) return;
  const tookMs = performance.now() - place.enteredAt;
  place.enteredAt = null;
  place.gate.leave(place.party, tookMs);
}

/** After it is known who asks. The workspace that a request means, as far as its caller may go there; else the caller. Null for strangers. */
async function partyOf(request: PlacedRequest, identity: Identity, budgets: Budgets): Promise<string | null> {
  const { actor } = request;
  if (!actor) return null;
  const workspaceId = request.headers[addressedWorkspace];
  const accountId = request.headers[addressedAccount];
  const access =
    typeof workspaceId === 'string' && typeof accountId === 'string'
      ? isUuid(workspaceId)
        ? await identity.accessTo(actor, workspaceId, accountId)
        : null
      : await identity.homeOf(actor);
  if (access) return budgets.of(access);
  return actor.kind === 'user' ? actor.userId : null;
}
