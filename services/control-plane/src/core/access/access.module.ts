import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessChanges } from './access-changes.js';
import { AccessGuard } from './access.guard.js';
import { Holders } from './holders.js';

/** The guard at every door. `Identity` comes from the tenancy module. */
@Global()
@Module({
  providers: [AccessChanges, Holders, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [AccessChanges, Holders],
})
export class AccessModule {}
