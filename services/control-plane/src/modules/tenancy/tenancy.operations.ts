import {
  apiKeyCreateBody,
  signInBody,
  signUpBody,
  workspaceCreateBody,
  workspaceUpdateBody,
} from '@headgate/contracts/rest/tenancy';
import { z } from 'zod';
import { selfCommitting } from '../../core/operations/operation.js';
import { byId, named } from '../../core/operations/shapes.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { SessionsService } from './sign-in/sessions.service.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { WorkspacesService } from './workspaces/workspaces.service.js';

const why = 'tenancy is written over Prisma';
const inAccount = { accountId: z.string() };

export const signUp = selfCommitting({
  name: 'user.sign-up',
  needs: 'nothing',
  input: signUpBody,
  answer: z.object({ user: named, session: byId }),
  describe: (_, { user }) => `${user.name} signed up`,
  audit: 'user.signed-up',
  by: SignInService,
  why,
  run: (service, visitor, draft) => service.signUp(draft, visitor),
});

export const signIn = selfCommitting({
  name: 'user.sign-in',
  needs: 'nothing',
  input: signInBody,
  answer: z.object({ user: named, session: byId }),
  describe: (_, { user }) => `${user.name} signed in`,
  audit: 'user.signed-in',
  by: SignInService,
  why,
  run: (service, visitor, given) => service.signIn(given, visitor),
});

export const signOut = selfCommitting({
  name: 'user.sign-out',
  needs: 'nothing',
  input: z.object({ token: z.string() }),
  answer: z.void(),
  describe: () => 'Signed out',
  audit: 'user.signed-out',
  by: SessionsService,
  why,
  run: (sessions, _, { token }) => sessions.end(token),
});

export const createApiKey = selfCommitting({
  name: 'api-key.create',
  needs: 'sign-in',
  input: apiKeyCreateBody,
  answer: z.object({ apiKey: named, key: z.string() }),
  describe: (_, { apiKey }) => `Created the API key ${apiKey.name}`,
  audit: 'api-key.created',
  by: ApiKeysService,
  why,
  run: (keys, ctx, draft) => keys.create(ctx, draft),
});

export const deleteApiKey = selfCommitting({
  name: 'api-key.delete',
  needs: 'sign-in',
  input: byId,
  answer: z.void(),
  describe: ({ id }) => `Deleted the API key ${id}`,
  audit: 'api-key.deleted',
  by: ApiKeysService,
  why,
  run: (keys, ctx, { id }) => keys.delete(ctx, id),
});

/** Which scope a change of a workspace needs is asked in the workspace that is changed. */
export const createWorkspace = selfCommitting({
  name: 'workspace.create',
  needs: 'sign-in',
  input: z.object({ ...inAccount, workspace: workspaceCreateBody }),
  answer: named,
  describe: (_, { name }) => `Created the workspace ${name}`,
  audit: 'workspace.created',
  by: WorkspacesService,
  why,
  run: (workspaces, ctx, { accountId, workspace }) => workspaces.create(ctx, accountId, workspace),
});

export const updateWorkspace = selfCommitting({
  name: 'workspace.update',
  needs: 'sign-in',
  input: z.object({ ...inAccount, id: z.string(), change: workspaceUpdateBody }),
  answer: z.void(),
  describe: ({ id }) => `Changed the workspace ${id}`,
  audit: 'workspace.updated',
  by: WorkspacesService,
  why,
  run: (workspaces, ctx, { accountId, id, change }) => workspaces.update(ctx, accountId, id, change),
});

export const deleteWorkspace = selfCommitting({
  name: 'workspace.delete',
  needs: 'sign-in',
  input: z.object({ ...inAccount, id: z.string() }),
  answer: z.void(),
  describe: ({ id }) => `Deleted the workspace ${id} and everything in it`,
  audit: 'workspace.deleted',
  by: WorkspacesService,
  why,
  run: (workspaces, ctx, { accountId, id }) => workspaces.delete(ctx, accountId, id),
});
