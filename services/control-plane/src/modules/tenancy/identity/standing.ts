import type { Standing, StandingQuestion, WorkspaceAccess } from '../../../core/access/identity.js';
import type { Prisma } from '../prisma.js';
import { effectiveRole, scopesOf } from '../roles.js';
import { findCredentialEnds, findRolesOf } from './identity.queries.js';

/** Credentials that are asked about together. */
const sliceSize = 500;

/** How those stand who came in earlier, by their credential: two small questions for five hundred of them. */
export async function standingOf(
  prisma: Prisma,
  questions: readonly StandingQuestion[],
  sessionSecondsMax: number,
): Promise<ReadonlyMap<string, Standing>> {
  const standings = new Map<string, Standing>();
  for (let at = 0; at < questions.length; at += sliceSize)
    for (const [id, standing] of await standingOfSlice(prisma, questions.slice(at, at + sliceSize), sessionSecondsMax))
      standings.set(id, standing);
  return standings;
}

async function standingOfSlice(
  prisma: Prisma,
  questions: StandingQuestion[],
  sessionSecondsMax: number,
): Promise<[string, Standing][]> {
  const asked = questions.flatMap(({ actor, workspaceIds }) =>
    actor.kind === 'user'
      ? [{ ...actor, credentialId: actor.via === 'session' ? actor.sessionId : actor.apiKeyId, workspaceIds }]
      : [],
  );
  const ofKind = (via: 'api-key' | 'session') =>
    asked.filter((each) => each.via === via).map((each) => each.credentialId);
  const [ends, roles] = await Promise.all([
    findCredentialEnds(prisma, ofKind('api-key'), ofKind('session'), sessionSecondsMax),
    findRolesOf(
      prisma,
      [...new Set(asked.map((each) => each.userId))],
      [...new Set(asked.flatMap((each) => [...each.workspaceIds]))],
    ),
  ]);
  return asked.flatMap(({ credentialId, userId, workspaceIds }) => {
    const until = ends.get(credentialId);
    if (until === undefined) return [];
    const accesses = new Map<string, WorkspaceAccess>();
    for (const workspaceId of workspaceIds) {
      const found = roles(userId, workspaceId);
      const role = found && effectiveRole(found.accountRole, found.workspaceRole);
      if (role) accesses.set(workspaceId, { workspaceId, accountId: found.accountId, scopes: scopesOf(role) });
    }
    return [[credentialId, { until, accesses }] as [string, Standing]];
  });
}
