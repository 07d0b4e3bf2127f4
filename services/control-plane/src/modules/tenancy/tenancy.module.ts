import { Global, Module } from '@nestjs/common';
import { Identity } from '../../core/access/identity.js';
import { AccountsController } from './accounts/accounts.rest.js';
import { AccountsService } from './accounts/accounts.service.js';
import { ApiKeysResolver } from './api-keys/api-keys.graphql.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { TenancyIdentity } from './identity/identity.service.js';
import { LastUse } from './identity/last-use.js';
import { TenancyDb } from './prisma.js';
import { Passwords } from './sign-in/passwords.js';
import { SessionsService } from './sign-in/sessions.service.js';
import { SignInResolver } from './sign-in/sign-in.graphql.js';
import { SignInLimits } from './sign-in/sign-in-limits.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as operations from './tenancy.operations.js';
import { TenancyLoops } from './tenancy.loops.js';
import { MeController } from './users/me.rest.js';
import { UsersController } from './users/users.rest.js';
import { UsersService } from './users/users.service.js';
import { ViewerResolver } from './users/viewer.graphql.js';
import { PurgeDeletedWorkspaces } from './workspaces/purge-deleted-workspaces.js';
import { WorkspacesResolver } from './workspaces/workspaces.graphql.js';
import { WorkspacesController } from './workspaces/workspaces.rest.js';
import { WorkspacesService } from './workspaces/workspaces.service.js';

const doors = [SignInResolver, ViewerResolver, WorkspacesResolver, ApiKeysResolver];
const services = [
  SignInService,
  SessionsService,
  SignInLimits,
  Passwords,
  UsersService,
  AccountsService,
  WorkspacesService,
  ApiKeysService,
];

/** Who there is and where they may go. Global, because the guard at every door asks its `Identity`. */
@Global()
@Module({
  controllers: [MeController, UsersController, AccountsController, WorkspacesController],
  providers: [
    TenancyDb,
    LastUse,
    TenancyIdentity,
    { provide: Identity, useExisting: TenancyIdentity },
    TenancyLoops,
    PurgeDeletedWorkspaces,
    ...services,
    ...doors,
    provideOperations(operations),
  ],
  exports: [Identity, SignInService, ApiKeysService, WorkspacesService],
})
export class TenancyModule {}
